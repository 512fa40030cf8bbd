-- undo: ALTER TABLE audit ALTER COLUMN ratio TYPE double precision USING ratio::double precision;
-- origin: hand-written
-- truth: breaks
-- release: UPDATE audit SET ratio = ratio + 1 WHERE id = 1
-- expect: change-type audit.ratio

ALTER TABLE audit ALTER COLUMN ratio TYPE text;
