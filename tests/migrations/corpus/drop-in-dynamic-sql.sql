-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: unreadable do *

DO $$
DECLARE victim record;
BEGIN
  FOR victim IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'aud%' LOOP
    EXECUTE 'DROP TABLE ' || quote_ident(victim.tablename) || ' CASCADE';
  END LOOP;
END $$;
