-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- earlier: letters
-- release: INSERT INTO letters (body) VALUES ('Dear Ann')
-- expect nothing

ALTER TABLE letters ADD CONSTRAINT letters_body CHECK (body IS NOT NULL) NOT VALID;
