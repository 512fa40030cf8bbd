-- undo: DELETE FROM pages; and drop the column
-- origin: Django
-- truth: safe
-- earlier: pages
-- expect nothing

INSERT INTO pages VALUES (1, 1);
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE pages ADD COLUMN number integer;
