-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- unseen: the test asks as a superuser
-- expect: change-role atlaris_reader

ALTER ROLE atlaris_reader NOLOGIN;
