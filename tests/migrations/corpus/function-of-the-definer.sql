-- undo: see the statement before
-- origin: hand-written
-- truth: exposes
-- unseen: who reads more is no failure
-- expect: weaken-security all_users

CREATE FUNCTION all_users() RETURNS SETOF users LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM users';
