-- undo: ALTER PUBLICATION warehouse DROP TABLE clicks;
-- origin: hand-written
-- truth: breaks
-- setup: CREATE PUBLICATION warehouse FOR TABLE audit
-- expect: publish-without-key clicks

ALTER PUBLICATION warehouse ADD TABLE clicks;
