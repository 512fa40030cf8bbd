-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE FUNCTION plan_count() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT count(*) FROM public.plans';
REVOKE ALL ON FUNCTION plan_count() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION plan_count() TO shop_reader;
