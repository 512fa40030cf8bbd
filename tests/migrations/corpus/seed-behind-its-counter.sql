-- undo: DELETE FROM audit WHERE what = 'seed';
-- origin: Rails
-- truth: breaks
-- note: The counter is moved on before the row is there.
-- expect: seed-with-ids audit.id

SELECT setval('audit_id_seq', (SELECT max(id) FROM audit));
INSERT INTO audit (id, what) VALUES (2, 'seed');
