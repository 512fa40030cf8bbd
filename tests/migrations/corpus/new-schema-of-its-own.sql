-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE SCHEMA billing;
CREATE TABLE billing.invoices (id bigserial PRIMARY KEY, plan_id bigint);
CREATE INDEX ON billing.invoices (plan_id);
ALTER TABLE billing.invoices ALTER COLUMN plan_id SET NOT NULL;
ALTER TABLE billing.invoices RENAME COLUMN plan_id TO plan;
DROP TABLE billing.invoices;
