-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows plans

DO $clean$
BEGIN
  IF EXISTS (SELECT 1 FROM plans WHERE topic = 'Go') THEN
    DELETE FROM plans WHERE topic = 'Go';
  END IF;
END
$clean$;
