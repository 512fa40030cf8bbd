-- undo: see the statement before
-- origin: Rails
-- truth: loses data
-- expect: overwrite-rows plans.notes

UPDATE plans SET notes = '';
