-- undo: see the statement before
-- origin: hand-written
-- truth: fails
-- expect: syntax-error

ALTER TABLE `plans` ADD COLUMN `summary` text AFTER `topic`;
