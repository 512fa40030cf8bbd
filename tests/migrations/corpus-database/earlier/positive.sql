-- undo: drop what it makes

CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
