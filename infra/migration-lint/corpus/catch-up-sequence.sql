-- undo: see the statement before
-- origin: Rails
-- truth: safe
-- note: The counter goes forward, which only the rows could tell.
-- expect: reset-sequence audit_id_seq

SELECT setval('audit_id_seq', (SELECT max(id) FROM audit));
