-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- note: What an extension's update does is written in the extension.
-- expect: unknown-statement AlterExtensionStmt

ALTER EXTENSION plpgsql UPDATE;
