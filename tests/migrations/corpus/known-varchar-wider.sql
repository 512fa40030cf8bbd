-- undo: ALTER TABLE labels ALTER COLUMN name TYPE varchar(20);
-- origin: Rails
-- truth: safe
-- earlier: labels
-- release: SELECT name FROM labels
-- expect nothing

ALTER TABLE labels ALTER COLUMN name TYPE varchar(40);
