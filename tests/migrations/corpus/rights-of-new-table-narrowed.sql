-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE receipts (id bigint PRIMARY KEY, total numeric);
GRANT ALL ON receipts TO shop_reader;
REVOKE DELETE, TRUNCATE ON receipts FROM shop_reader;
