-- undo: from the backup
-- origin: hand-written
-- truth: loses data
-- expect: truncate audit

CREATE PROCEDURE wipe() LANGUAGE sql AS 'TRUNCATE audit';
CALL wipe();
