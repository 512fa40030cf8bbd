-- undo: see the statement before
-- origin: Rails
-- truth: loses data
-- expect: delete-rows audit

DELETE FROM "audit";
