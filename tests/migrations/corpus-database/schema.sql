-- What is there before a migration of the corpus runs, with a few rows.
CREATE ROLE shop_reader;
CREATE TYPE plan_status AS ENUM ('pending', 'ready', 'failed');
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE DOMAIN percentage AS integer CHECK (VALUE BETWEEN 0 AND 100);
CREATE SCHEMA archive;
CREATE SEQUENCE invoice_number START 1000;
CREATE TABLE users (
  id bigserial PRIMARY KEY,
  email varchar(255) NOT NULL,
  name text,
  nickname varchar(20),
  old_name text
);
CREATE UNIQUE INDEX users_email_idx ON users (email);
CREATE TABLE plans (
  id bigserial PRIMARY KEY,
  topic text NOT NULL,
  slug varchar(50),
  status plan_status NOT NULL DEFAULT 'pending',
  score numeric(10, 2),
  progress percentage,
  views integer NOT NULL DEFAULT 0,
  owner_id bigint NOT NULL,
  notes text,
  total integer GENERATED ALWAYS AS (views * 2) STORED,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT plans_views_positive CHECK (views >= 0),
  CONSTRAINT plans_owner_fk FOREIGN KEY (owner_id) REFERENCES users (id)
);
CREATE INDEX plans_topic_idx ON plans (topic);
CREATE TABLE tasks (
  id bigserial PRIMARY KEY,
  plan_id bigint NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
  position integer NOT NULL,
  title text NOT NULL,
  CONSTRAINT tasks_position UNIQUE (plan_id, position)
);
CREATE TABLE "Order Items" ("id" serial PRIMARY KEY, "planId" bigint, "Unit Price" numeric(10, 2) NOT NULL DEFAULT 0);
CREATE TABLE audit (id bigserial PRIMARY KEY, what text NOT NULL, code varchar(10), ratio double precision);
CREATE TABLE archive.plans (id bigint PRIMARY KEY, topic text);
CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE events_2024 (id bigint NOT NULL, at date NOT NULL, kind text, PRIMARY KEY (id, at));
CREATE TABLE readings (at date NOT NULL, value integer) PARTITION BY RANGE (at);
CREATE TABLE readings_rest PARTITION OF readings DEFAULT;
CREATE TABLE clicks (plan_id bigint, count integer);
CREATE VIEW open_plans AS SELECT id, topic FROM plans WHERE status <> 'ready';
CREATE MATERIALIZED VIEW plan_totals AS SELECT owner_id, count(*) AS plans FROM plans GROUP BY owner_id;
CREATE UNIQUE INDEX plan_totals_owner ON plan_totals (owner_id);
CREATE FUNCTION purge_plans() RETURNS void LANGUAGE sql AS 'DELETE FROM plans WHERE status = ''failed''';
CREATE FUNCTION clear_notes() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN UPDATE plans SET notes = NULL; RETURN true; END';
CREATE FUNCTION shout(what text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper(what)';
INSERT INTO users (email, name, nickname, old_name) VALUES ('ann@example.org', 'Ann', 'ann', 'Anna'), ('bob@example.org', NULL, NULL, NULL);
INSERT INTO plans (topic, slug, status, score, progress, views, owner_id, notes) VALUES
  ('Chess', 'chess', 'ready', 12.75, 40, 7, 1, 'first'),
  ('Go', NULL, 'failed', 3.20, NULL, 0, 2, NULL);
INSERT INTO tasks (plan_id, position, title) VALUES (1, 1, 'Openings'), (1, 2, 'Endings'), (2, 1, 'Rules');
INSERT INTO "Order Items" ("planId", "Unit Price") VALUES (1, 9.95);
INSERT INTO audit (what, code, ratio) VALUES ('login', 'abcdefgh', 0.12345678901234568);
INSERT INTO archive.plans VALUES (7, 'Shogi');
INSERT INTO events VALUES (1, '2025-05-05', 'click'), (2, '2026-06-06', 'view');
INSERT INTO events_2024 VALUES (3, '2024-04-04', 'view');
INSERT INTO clicks VALUES (1, 1);
INSERT INTO readings VALUES ('2030-01-01', 5);
REFRESH MATERIALIZED VIEW plan_totals;
SELECT nextval('invoice_number');
GRANT SELECT ON plans TO shop_reader;
