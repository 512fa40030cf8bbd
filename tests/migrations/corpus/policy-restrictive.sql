-- undo: DROP POLICY only_mine ON plans;
-- origin: Supabase
-- truth: breaks
-- setup: ALTER TABLE plans ENABLE ROW LEVEL SECURITY; CREATE POLICY all_rows ON plans FOR SELECT USING (true)
-- release: SET LOCAL ROLE shop_reader; SELECT id FROM plans
-- expect: change-row-security plans

CREATE POLICY only_mine ON plans AS RESTRICTIVE FOR SELECT USING (owner_id = nullif(current_setting('app.user', true), '')::bigint);
