-- undo: DROP PUBLICATION warehouse;
-- origin: hand-written
-- truth: breaks
-- expect: publish-without-key clicks

CREATE PUBLICATION warehouse FOR TABLE clicks;
