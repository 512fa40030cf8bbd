-- undo: DROP POLICY all_rows ON plans;
-- origin: Supabase
-- truth: safe
-- note: Until row security is on, a policy does nothing.
-- expect nothing

CREATE POLICY all_rows ON plans FOR SELECT USING (true);
