-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: overwrite-rows plans.notes
-- expect: overwrite-rows plans.slug

UPDATE plans AS p SET (notes, slug) = (SELECT u.name, u.email::varchar(5) FROM users AS u WHERE u.id = p.owner_id);
