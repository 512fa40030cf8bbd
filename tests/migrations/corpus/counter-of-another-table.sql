-- undo: nothing to undo
-- origin: Rails
-- truth: breaks
-- expect: reset-sequence plans_id_seq

SELECT setval('plans_id_seq', (SELECT max(id) FROM audit));
