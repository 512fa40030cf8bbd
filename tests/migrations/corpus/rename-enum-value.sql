-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- unseen: every value is there, under another name
-- expect: rename plan_status

ALTER TYPE plan_status RENAME VALUE 'ready' TO 'done';
