-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows audit

DO LANGUAGE plpgsql 'DECLARE n int; BEGIN FOR n IN 1..2 LOOP BEGIN EXECUTE ''DELETE FROM audit WHERE id = $1'' USING n; EXCEPTION WHEN others THEN RAISE NOTICE ''%'', sqlerrm; END; END LOOP; END';
