-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE FUNCTION make_month(month text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TABLE %I (id bigint, at date)', 'log_' || month);
  EXECUTE format('CREATE INDEX ON %I (at)', 'log_' || month);
END $$;
SELECT make_month('2026_01'), make_month('2026_02');
