-- undo: ALTER VIEW names RESET (security_invoker);
-- origin: Supabase
-- truth: breaks
-- setup: CREATE VIEW names AS SELECT id, name FROM users; GRANT SELECT ON names TO shop_reader
-- release: SET LOCAL ROLE shop_reader; SELECT id FROM names
-- expect: replace-object names

ALTER VIEW names SET (security_invoker = true);
