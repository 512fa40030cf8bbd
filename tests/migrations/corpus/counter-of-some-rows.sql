-- undo: nothing to undo
-- origin: hand-written
-- truth: breaks
-- expect: reset-sequence plans_id_seq

SELECT setval('plans_id_seq', (SELECT max(id) FROM plans WHERE status = 'ready'));
