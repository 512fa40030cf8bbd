-- undo: from the backup
-- origin: hand-written
-- truth: loses data
-- earlier: log-trigger
-- expect: delete-rows tasks

INSERT INTO log VALUES ('migrated');
