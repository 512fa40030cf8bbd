-- undo: nothing to undo
-- origin: Django
-- truth: safe
-- expect nothing

SELECT setval(pg_get_serial_sequence('"plans"', 'id'), coalesce(max("id"), 1), max("id") IS NOT null) FROM "plans";
