-- undo: from the backup
-- origin: hand-written
-- truth: loses data
-- expect: overwrite-rows open_plans.topic

UPDATE open_plans SET topic = 'unnamed';
