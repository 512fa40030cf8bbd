-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: cascade archive
-- expect: drop-container archive

DROP SCHEMA archive CASCADE;
