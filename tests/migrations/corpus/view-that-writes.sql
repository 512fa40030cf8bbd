-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: unreadable clear_notes

CREATE VIEW harmless AS SELECT clear_notes() AS done;
SELECT * FROM harmless;
