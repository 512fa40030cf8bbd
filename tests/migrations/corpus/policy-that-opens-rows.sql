-- undo: DROP POLICY every_row ON vault;
-- origin: Supabase
-- truth: breaks
-- earlier: vault
-- release: SET LOCAL ROLE shop_reader; SELECT 1 FROM vault HAVING count(*) = 1
-- expect: change-row-security vault

CREATE POLICY every_row ON vault FOR SELECT USING (true);
