-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- earlier: letters
-- release: INSERT INTO letters (body) SELECT string_agg(md5(n::text), '') FROM generate_series(1, 300) n
-- expect: create-index letters_body

CREATE INDEX letters_body ON letters (body);
