-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows audit

MERGE INTO audit USING users ON audit.id = users.id WHEN MATCHED THEN DELETE;
