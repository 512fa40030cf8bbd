-- undo: DELETE FROM kinds;
-- origin: hand-written
-- truth: safe
-- earlier: kinds
-- release: INSERT INTO kinds VALUES ('3', 'Three')
-- expect nothing

INSERT INTO kinds (id, title) VALUES ('1', 'One'), ('2', 'Two');
