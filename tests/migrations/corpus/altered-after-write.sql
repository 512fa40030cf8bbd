-- undo: DELETE FROM pages; and drop the column
-- origin: Django
-- truth: fails
-- earlier: pages
-- expect: alter-after-write pages

INSERT INTO pages VALUES (1, 1);
ALTER TABLE pages ADD COLUMN number integer;
