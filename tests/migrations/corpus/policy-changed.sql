-- undo: ALTER POLICY own_rows ON vault USING (owner = 'ann');
-- origin: Supabase
-- truth: breaks
-- earlier: vault
-- release: SET LOCAL ROLE shop_reader; SELECT id FROM vault
-- expect: change-row-security vault

ALTER POLICY own_rows ON vault USING (owner = current_user);
