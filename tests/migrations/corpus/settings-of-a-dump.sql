-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

SET client_encoding = 'UTF8';
SET check_function_bodies = false;
SET work_mem = '64MB';
CREATE TABLE colours (id bigint PRIMARY KEY);
