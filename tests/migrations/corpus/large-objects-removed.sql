-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- unseen: large objects are in no table
-- expect: unreadable lo_unlink

SELECT lo_unlink(oid) FROM pg_largeobject_metadata;
