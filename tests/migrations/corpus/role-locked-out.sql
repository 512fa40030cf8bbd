-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- unseen: the test asks as a superuser
-- expect: change-role shop_reader

ALTER ROLE shop_reader NOLOGIN;
