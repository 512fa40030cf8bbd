-- undo: DROP PUBLICATION warehouse;
-- origin: hand-written
-- truth: safe
-- earlier: labels
-- release: UPDATE labels SET kind = 'x' WHERE name = 'a'
-- expect nothing

CREATE PUBLICATION warehouse FOR TABLE labels;
