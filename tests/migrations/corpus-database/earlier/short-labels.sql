-- undo: drop what it makes

CREATE VIEW short_labels AS SELECT id, name FROM labels WHERE length(name) < 5;
