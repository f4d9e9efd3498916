-- Which fold made a conversation, so that those of another one are found and folded again. Out of the snapshot, so that
-- it is true whichever program wrote that; 0 is from before there were numbers.
ALTER TABLE conversations ADD COLUMN fold INTEGER NOT NULL
    GENERATED ALWAYS AS (coalesce(json_extract(snapshot, '$.fold'), 0)) VIRTUAL;
CREATE INDEX conversations_fold ON conversations (fold);
