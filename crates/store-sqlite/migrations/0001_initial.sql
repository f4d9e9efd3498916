-- Who there is.
CREATE TABLE sites (
    key  TEXT NOT NULL PRIMARY KEY,
    -- The whole site as JSON: it is always read as a whole.
    body TEXT NOT NULL
) STRICT;

CREATE TABLE agents (
    id            TEXT    NOT NULL PRIMARY KEY,
    email         TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    online        INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    hash       TEXT    NOT NULL PRIMARY KEY,
    agent      TEXT    NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_agent ON sessions (agent, expires_at);

-- Conversations are a projection of their events, written in the same transaction.
CREATE TABLE conversations (
    id            TEXT    NOT NULL PRIMARY KEY,
    site          TEXT    NOT NULL,
    visitor       TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    agent         TEXT,
    waiting_since INTEGER,
    updated_at    INTEGER NOT NULL,
    last_seq      INTEGER NOT NULL,
    -- The whole conversation as JSON; the columns above are what queries need of it.
    snapshot      TEXT    NOT NULL,
    UNIQUE (site, visitor)
) STRICT;
CREATE INDEX conversations_waiting ON conversations (waiting_since, id) WHERE state = 'waiting';
CREATE INDEX conversations_owned ON conversations (agent, updated_at, id) WHERE agent IS NOT NULL;

CREATE TABLE events (
    conversation TEXT    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq          INTEGER NOT NULL,
    write_id     TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    body         TEXT    NOT NULL,
    PRIMARY KEY (conversation, seq)
) STRICT;
CREATE INDEX events_of_write ON events (conversation, write_id);
