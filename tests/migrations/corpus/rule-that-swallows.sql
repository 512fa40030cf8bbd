-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- unseen: only what is written later is lost
-- expect: create-rule audit

CREATE RULE quiet AS ON INSERT TO audit DO INSTEAD NOTHING;
