-- undo: DROP PUBLICATION warehouse;
-- origin: hand-written
-- truth: breaks
-- expect: publish-without-key all tables

CREATE PUBLICATION warehouse FOR ALL TABLES;
