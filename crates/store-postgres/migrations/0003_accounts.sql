-- What agents may do.
ALTER TABLE agents ADD COLUMN role TEXT COLLATE "C" NOT NULL DEFAULT 'agent';

-- When a session ends unless it is used. What was begun before there was such a time lasts to its end.
ALTER TABLE sessions ADD COLUMN idle_until BIGINT NOT NULL DEFAULT 0;
UPDATE sessions SET idle_until = expires_at;

-- The second step of signing in.
CREATE TABLE totp (
    agent     TEXT COLLATE "C" PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
    seed      TEXT NOT NULL,
    used_step BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    agent TEXT COLLATE "C" NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    hash  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (agent, hash)
);

-- What was done with accounts and settings. Nothing in it is ever changed or taken out. Its numbers are taken one after
-- the other, under a lock, so that a reader never sees a later one first.
CREATE TABLE audit (
    number BIGINT PRIMARY KEY,
    at     BIGINT NOT NULL,
    who    TEXT,
    act    TEXT NOT NULL,
    whom   TEXT NOT NULL,
    detail TEXT,
    via    TEXT NOT NULL
);
CREATE FUNCTION deskbell_audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only added to';
END
$$;
CREATE TRIGGER audit_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION deskbell_audit_is_only_added_to();
