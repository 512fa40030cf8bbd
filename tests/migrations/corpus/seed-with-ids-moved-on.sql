-- undo: DELETE FROM audit WHERE what = 'seed';
-- origin: Rails
-- truth: safe
-- expect nothing

INSERT INTO audit (id, what) VALUES (2, 'seed'), (3, 'seed');
SELECT setval('audit_id_seq', (SELECT max(id) FROM audit));
