-- undo: nothing to undo
-- origin: hand-written
-- truth: breaks
-- expect: reset-sequence audit_id_seq

SELECT setval('audit_id_seq', (SELECT max(id) FROM audit), false);
