-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'tone') THEN
    CREATE TYPE tone AS ENUM ('kind', 'stern');
  END IF;
END $$;
