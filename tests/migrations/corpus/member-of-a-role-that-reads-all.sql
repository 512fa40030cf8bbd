-- undo: see the statement before
-- origin: hand-written
-- truth: exposes
-- unseen: who reads more is no failure
-- expect: weaken-security pg_read_all_data

GRANT pg_read_all_data TO shop_reader;
