-- Finds those whose time is over. A conversation that waits for a person or is with one is never among them.
CREATE INDEX conversations_left ON conversations (site, updated_at, id) WHERE state IN ('bot', 'closed');
