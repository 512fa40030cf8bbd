-- undo: the view of before, WITH (security_invoker = true)
-- origin: Supabase
-- truth: breaks
-- earlier: vault
-- release: SET LOCAL ROLE shop_reader; SELECT 1 FROM vault_list HAVING count(*) = 1
-- expect: replace-object vault_list

CREATE OR REPLACE VIEW vault_list AS SELECT id, owner FROM vault;
