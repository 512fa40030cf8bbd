-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: overwrite-rows users.name
-- expect: seed-with-ids users.id

INSERT INTO users (id, email, name) VALUES (1, 'ann@example.org', 'Nobody') ON CONFLICT (id) DO UPDATE SET name = excluded.name;
