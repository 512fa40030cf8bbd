-- undo: DROP TABLE notes_of_plans;
-- origin: TypeORM
-- truth: breaks
-- unseen: only the next release writes into the table
-- expect: seed-with-ids notes_of_plans.id

CREATE TABLE notes_of_plans (id serial PRIMARY KEY, note text);
INSERT INTO notes_of_plans (id, note) SELECT id, notes FROM plans;
