-- undo: DELETE FROM audit WHERE what = 'seed';
-- origin: hand-written
-- truth: breaks
-- expect: seed-with-ids audit.id

MERGE INTO audit USING (VALUES (2, 'seed')) AS row (id, what) ON audit.id = row.id
  WHEN NOT MATCHED THEN INSERT (id, what) VALUES (row.id, row.what);
