-- What the release that runs meanwhile asks of the database. One statement a line.
SELECT id, topic, slug, status, score, progress, views, owner_id, notes, total, created_at FROM plans ORDER BY id
INSERT INTO plans (topic, owner_id) VALUES ('Bridge', 1)
INSERT INTO plans (topic, slug, status, score, progress, views, owner_id, notes) VALUES ('Bridge', 'bridge', 'failed', 1.25, 100, 1, 1, 'x')
UPDATE plans SET status = 'ready', views = views + 1 WHERE id = 1
SELECT id, email, name, nickname, old_name FROM users
INSERT INTO users (email) VALUES ('eve@example.org') ON CONFLICT (email) DO NOTHING
INSERT INTO tasks (plan_id, position, title) VALUES (2, 9, 'New') ON CONFLICT (plan_id, position) DO UPDATE SET title = excluded.title
SELECT id, plan_id, position, title FROM tasks
SELECT "id", "planId", "Unit Price" FROM "Order Items"
INSERT INTO "Order Items" ("planId") VALUES (1)
SELECT id, what, code FROM audit
INSERT INTO audit (what) VALUES ('logout')
SELECT id, topic FROM archive.plans
SELECT id, at, kind FROM events WHERE at = '2025-05-05'
SELECT id, at, kind FROM events_2024
INSERT INTO events VALUES (9, '2025-07-07', 'click')
SELECT at, value FROM readings
UPDATE clicks SET count = count + 1 WHERE plan_id = 1
SELECT id, topic FROM open_plans
SELECT owner_id, plans FROM plan_totals
SELECT shout('a'), nextval('invoice_number')
SET LOCAL ROLE shop_reader; SELECT 1 / count(topic) FROM plans
