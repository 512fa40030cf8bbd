-- undo: DROP TABLE drafts;
-- origin: hand-written
-- truth: loses data
-- unseen: it is empty after a crash
-- expect: set-unlogged drafts

CREATE UNLOGGED TABLE drafts (id bigint, what text);
