-- undo: from the backup
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows audit

MERGE INTO audit USING (VALUES ('other')) AS kept (what) ON audit.what = kept.what
  WHEN NOT MATCHED BY SOURCE THEN DELETE;
