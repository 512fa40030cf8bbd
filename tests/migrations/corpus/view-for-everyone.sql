-- undo: see the statement before
-- origin: hand-written
-- truth: exposes
-- unseen: who reads more is no failure
-- expect: weaken-security everyone

CREATE VIEW everyone AS SELECT * FROM users;
GRANT SELECT ON everyone TO PUBLIC;
