-- undo: the statement of the migration before
-- origin: hand-written
-- truth: loses data
-- earlier: labels, label-trigger
-- release: INSERT INTO labels (name) VALUES ('c')
-- expect: replace-object label_guard
-- expect: trigger-drops-rows labels

CREATE OR REPLACE FUNCTION label_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NULL;
END $$;
