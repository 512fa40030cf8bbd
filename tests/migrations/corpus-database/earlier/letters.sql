-- undo: DROP TABLE letters
CREATE TABLE letters (id bigserial PRIMARY KEY, body text NOT NULL, sent_at timestamptz, kind varchar(20));
