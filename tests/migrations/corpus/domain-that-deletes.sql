-- undo: from the backup
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows audit

CREATE FUNCTION fine(value integer) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN DELETE FROM audit; RETURN true; END $$;
CREATE DOMAIN fine_number AS integer CHECK (fine(VALUE));
SELECT 1::fine_number;
