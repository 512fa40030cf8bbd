-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: drop-table audit

/* nothing here: /* not even */ DROP TABLE plans; */
INSERT INTO users (email) VALUES ('x; DROP TABLE plans; --');
DROP /* hidden */ TABLE -- in the middle
  audit;
