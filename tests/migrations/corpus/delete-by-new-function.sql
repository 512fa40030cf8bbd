-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows audit
-- expect: replace-object clean_up

CREATE OR REPLACE FUNCTION clean_up(text) RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
  DELETE FROM audit WHERE what = $1;
END;
$function$;
SELECT clean_up('login');
