-- undo: DROP TABLE plan_notes;
-- origin: hand-written
-- truth: breaks
-- release: DELETE FROM plans WHERE id = 2
-- expect: blocking-key plan_notes

CREATE TABLE plan_notes (plan_id bigint NOT NULL REFERENCES plans (id), note text);
INSERT INTO plan_notes VALUES (2, 'kept');
