-- undo: drop what it makes

CREATE TABLE books (id bigint PRIMARY KEY);
CREATE TABLE pages (id bigint PRIMARY KEY, book_id bigint REFERENCES books (id) DEFERRABLE INITIALLY DEFERRED);
INSERT INTO books VALUES (1);
