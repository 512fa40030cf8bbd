-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: overwrite-rows plans.notes

UPDATE plans SET notes = 'none' WHERE slug IS NULL OR topic = 'Chess' AND notes IS NOT NULL;
