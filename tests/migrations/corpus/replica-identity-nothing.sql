-- undo: ALTER TABLE audit REPLICA IDENTITY DEFAULT;
-- origin: hand-written
-- truth: breaks
-- setup: CREATE PUBLICATION warehouse FOR TABLE audit
-- release: UPDATE audit SET code = 'x' WHERE id = 1
-- expect: publish-without-key audit

ALTER TABLE audit REPLICA IDENTITY NOTHING;
