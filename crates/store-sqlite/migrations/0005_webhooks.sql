-- Addresses that are told what happens at a site. The secrets are needed to sign with, so they are here as they are.
CREATE TABLE webhooks (
    id               TEXT    NOT NULL PRIMARY KEY,
    site             TEXT    NOT NULL REFERENCES sites (key) ON DELETE CASCADE,
    url              TEXT    NOT NULL,
    secret           TEXT    NOT NULL,
    old_secret       TEXT,
    old_secret_until INTEGER,
    allow_private    INTEGER NOT NULL,
    -- Seconds.
    unanswered_after INTEGER NOT NULL,
    added_at         INTEGER NOT NULL,
    disabled_at      INTEGER
) STRICT;
CREATE INDEX webhooks_of_site ON webhooks (site);

-- What they are told, written with the events that cause it, and what came of it.
CREATE TABLE deliveries (
    id           TEXT    NOT NULL PRIMARY KEY,
    webhook      TEXT    NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    conversation TEXT    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    event        TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    -- While it is pending. Whoever tries it moves this first, so that nobody else does meanwhile.
    due_at       INTEGER,
    attempts     INTEGER NOT NULL,
    attempted_at INTEGER,
    outcome      TEXT
) STRICT;
CREATE INDEX deliveries_due ON deliveries (due_at, id) WHERE state = 'pending';
CREATE INDEX deliveries_of_webhook ON deliveries (webhook, at, id);
CREATE INDEX deliveries_of_conversation ON deliveries (conversation);
