-- undo: ALTER TABLE tasks DROP CONSTRAINT tasks_one_place;
-- origin: Rails
-- truth: locks
-- expect: add-unique tasks.tasks_one_place

ALTER TABLE tasks ADD CONSTRAINT tasks_one_place EXCLUDE USING btree (plan_id WITH =, position WITH =);
