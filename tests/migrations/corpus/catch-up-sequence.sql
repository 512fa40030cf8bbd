-- undo: see the statement before
-- origin: Rails
-- truth: safe
-- expect nothing

SELECT setval('audit_id_seq', (SELECT max(id) FROM audit));
