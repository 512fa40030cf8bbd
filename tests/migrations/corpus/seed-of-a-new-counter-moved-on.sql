-- undo: DROP TABLE notes_of_plans;
-- origin: TypeORM
-- truth: safe
-- expect nothing

CREATE TABLE notes_of_plans (id serial PRIMARY KEY, note text);
INSERT INTO notes_of_plans (id, note) SELECT id, notes FROM plans;
SELECT setval('notes_of_plans_id_seq', (SELECT max(id) FROM notes_of_plans));
