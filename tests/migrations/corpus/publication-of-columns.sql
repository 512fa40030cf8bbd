-- undo: DROP PUBLICATION warehouse;
-- origin: hand-written
-- truth: breaks
-- release: UPDATE audit SET code = 'x' WHERE id = 1
-- expect: publish-without-key audit

CREATE PUBLICATION warehouse FOR TABLE audit (what);
