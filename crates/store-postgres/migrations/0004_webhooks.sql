-- Addresses that are told what happens at a site. The secrets are needed to sign with, so they are here as they are.
CREATE TABLE webhooks (
    id               TEXT COLLATE "C" PRIMARY KEY,
    site             TEXT COLLATE "C" NOT NULL REFERENCES sites (key) ON DELETE CASCADE,
    url              TEXT NOT NULL,
    secret           TEXT NOT NULL,
    old_secret       TEXT,
    old_secret_until BIGINT,
    allow_private    BOOLEAN NOT NULL,
    -- Seconds.
    unanswered_after BIGINT NOT NULL,
    added_at         BIGINT NOT NULL,
    disabled_at      BIGINT
);
CREATE INDEX webhooks_of_site ON webhooks (site);

-- What they are told, written with the events that cause it, and what came of it.
CREATE TABLE deliveries (
    id           TEXT COLLATE "C" PRIMARY KEY,
    webhook      TEXT COLLATE "C" NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    conversation TEXT COLLATE "C" NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    event        TEXT NOT NULL,
    body         TEXT NOT NULL,
    at           BIGINT NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    -- While it is pending. Whoever tries it moves this first, so that nobody else does meanwhile.
    due_at       BIGINT,
    attempts     BIGINT NOT NULL,
    attempted_at BIGINT,
    outcome      TEXT
);
CREATE INDEX deliveries_due ON deliveries (due_at, id) WHERE state = 'pending';
CREATE INDEX deliveries_of_webhook ON deliveries (webhook, at, id);
CREATE INDEX deliveries_of_conversation ON deliveries (conversation);
