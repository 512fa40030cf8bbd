-- undo: drop what it makes

ALTER TYPE mood ADD VALUE 'calm';
