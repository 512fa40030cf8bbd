-- undo: drop what it makes

CREATE TABLE kinds (id text PRIMARY KEY, title text);
