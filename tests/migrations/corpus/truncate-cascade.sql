-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: cascade plans
-- expect: truncate plans

TRUNCATE TABLE ONLY plans RESTART IDENTITY CASCADE;
