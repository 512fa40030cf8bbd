-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- earlier: letters
-- unseen: the transaction that made the table holds its lock already
-- expect: create-index letters_kind

CREATE INDEX letters_kind ON letters (kind);
