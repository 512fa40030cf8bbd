-- Runs each statement and undoes it: how many rows it met, or why it failed. Counters stand afterwards where they stood before.
CREATE SCHEMA probe;
CREATE FUNCTION probe.counters() RETURNS text[] LANGUAGE sql AS $$
  SELECT array_agg(format('SELECT setval(%L, %s, %L)', format('%I.%I', schemaname, sequencename),
    coalesce(last_value, start_value), last_value IS NOT NULL))
  FROM pg_sequences
$$;
CREATE FUNCTION probe.answers(statements text[]) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  found jsonb := '[]';
  counters text[] := probe.counters();
  statement text;
  met bigint;
BEGIN
  FOREACH statement IN ARRAY statements LOOP
    BEGIN
      EXECUTE statement;
      GET DIAGNOSTICS met = ROW_COUNT;
      SET CONSTRAINTS ALL IMMEDIATE;
      RAISE EXCEPTION USING ERRCODE = 'PR0BE';
    EXCEPTION
      WHEN SQLSTATE 'PR0BE' THEN found := found || jsonb_build_object('rows', met);
      WHEN OTHERS OR assert_failure THEN found := found || jsonb_build_object('error', SQLERRM);
    END;
  END LOOP;
  FOREACH statement IN ARRAY counters LOOP
    EXECUTE statement;
  END LOOP;
  RETURN found;
END $$;
