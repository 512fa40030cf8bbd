-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- unseen: the test asks as a superuser
-- expect: change-owner audit

ALTER TABLE audit OWNER TO shop_reader;
