-- undo: DELETE FROM audit WHERE what = 'seed';
-- origin: hand-written
-- truth: safe
-- expect nothing

INSERT INTO audit (what) SELECT 'seed' FROM generate_series(2, 60);
