-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: rewrite-table audit.cleared
-- expect: unreadable clear_notes

ALTER TABLE audit ADD COLUMN cleared boolean DEFAULT clear_notes();
