-- undo: DROP PUBLICATION warehouse;
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE PUBLICATION warehouse FOR TABLE clicks WITH (publish = 'insert');
