-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: overwrite-rows users.name

MERGE INTO users AS u USING plans AS p ON p.owner_id = u.id WHEN MATCHED THEN UPDATE SET name = p.topic WHEN NOT MATCHED THEN DO NOTHING;
