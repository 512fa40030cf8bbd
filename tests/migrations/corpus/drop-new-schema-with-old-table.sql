-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: move-schema audit
-- expect: cascade attic
-- expect: drop-container attic

CREATE SCHEMA attic;
ALTER TABLE audit SET SCHEMA attic;
DROP SCHEMA attic CASCADE;
