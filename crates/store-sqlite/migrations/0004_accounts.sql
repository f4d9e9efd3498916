-- What agents may do.
ALTER TABLE agents ADD COLUMN role TEXT NOT NULL DEFAULT 'agent';

-- When a session ends unless it is used. What was begun before there was such a time lasts to its end.
ALTER TABLE sessions ADD COLUMN idle_until INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET idle_until = expires_at;

-- The second step of signing in.
CREATE TABLE totp (
    agent     TEXT    NOT NULL PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
    seed      TEXT    NOT NULL,
    used_step INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_codes (
    agent TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    hash  TEXT NOT NULL,
    PRIMARY KEY (agent, hash)
) STRICT;

-- What was done with accounts and settings. Nothing in it is ever changed or taken out.
CREATE TABLE audit (
    number INTEGER NOT NULL PRIMARY KEY,
    at     INTEGER NOT NULL,
    who    TEXT,
    act    TEXT    NOT NULL,
    whom   TEXT    NOT NULL,
    detail TEXT,
    via    TEXT    NOT NULL
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
