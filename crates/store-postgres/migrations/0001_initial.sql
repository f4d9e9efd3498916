-- Keys are compared byte by byte (COLLATE "C"): the order is SQLite's and does not change with the operating system's
-- idea of languages, which would leave indices broken.

-- Who there is.
CREATE TABLE sites (
    key  TEXT COLLATE "C" PRIMARY KEY,
    -- The whole site as JSON: it is always read as a whole. Text, because what is read is what was written, also where
    -- jsonb would write a number in another way or refuse a character.
    body TEXT NOT NULL
);

CREATE TABLE agents (
    id            TEXT COLLATE "C" PRIMARY KEY,
    email         TEXT COLLATE "C" NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    online        BOOLEAN NOT NULL
);

CREATE TABLE sessions (
    hash       TEXT COLLATE "C" PRIMARY KEY,
    agent      TEXT COLLATE "C" NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_of_agent ON sessions (agent, expires_at);

-- Conversations are a projection of their events, written in the same transaction.
CREATE TABLE conversations (
    id            TEXT COLLATE "C" PRIMARY KEY,
    site          TEXT COLLATE "C" NOT NULL,
    visitor       TEXT COLLATE "C" NOT NULL,
    state         TEXT COLLATE "C" NOT NULL,
    agent         TEXT COLLATE "C",
    waiting_since BIGINT,
    updated_at    BIGINT NOT NULL,
    last_seq      BIGINT NOT NULL,
    -- Which fold made it, so that those of another one are found and folded again.
    fold          INTEGER NOT NULL,
    -- The whole conversation as JSON; the columns above are what queries need of it.
    snapshot      TEXT NOT NULL,
    UNIQUE (site, visitor)
);
CREATE INDEX conversations_waiting ON conversations (waiting_since, id) WHERE state = 'waiting';
CREATE INDEX conversations_owned ON conversations (agent, updated_at, id) WHERE agent IS NOT NULL;
CREATE INDEX conversations_fold ON conversations (fold);

CREATE TABLE events (
    conversation TEXT COLLATE "C" NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq          BIGINT NOT NULL,
    write_id     TEXT COLLATE "C" NOT NULL,
    at           BIGINT NOT NULL,
    body         TEXT NOT NULL,
    PRIMARY KEY (conversation, seq)
);
CREATE INDEX events_of_write ON events (conversation, write_id);

-- Which agents have a console open at which server, as that server last said. Not logged: after a crash every server
-- says it again within seconds.
CREATE UNLOGGED TABLE presence (
    server TEXT COLLATE "C" NOT NULL,
    agent  TEXT COLLATE "C" NOT NULL,
    until  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (server, agent)
);
