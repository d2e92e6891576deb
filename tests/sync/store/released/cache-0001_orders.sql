-- A cache as step 0001_orders left it. Never changed: it stands on people's disks.
CREATE TABLE "_sqlite_migrations" ( "id" INTEGER PRIMARY KEY, "migration_set" TEXT, "name" TEXT, "applied_at" TEXT );
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name" ON "_sqlite_migrations" ("migration_set", "name");
CREATE TABLE orders ( rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, number TEXT NOT NULL, tail TEXT NOT NULL, customer TEXT NOT NULL, city TEXT NOT NULL, warehouse TEXT NOT NULL, carrier TEXT, status TEXT NOT NULL, due_at INTEGER NOT NULL, total INTEGER NOT NULL, raised_at INTEGER, kinds INTEGER NOT NULL, holds INTEGER NOT NULL, stopped INTEGER NOT NULL, generation INTEGER NOT NULL, pending INTEGER NOT NULL DEFAULT 0, listed INTEGER NOT NULL, indexed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE bodies (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX orders_by_tail ON orders(tail);
CREATE INDEX orders_by_due ON orders(due_at);
CREATE INDEX orders_listed_by_due ON orders(due_at) WHERE listed = 1;
CREATE INDEX orders_unindexed ON orders(indexed) WHERE indexed = 0;
CREATE VIRTUAL TABLE order_search USING fts5(words, content='', contentless_delete=1);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO _sqlite_migrations(id, migration_set, name, applied_at) VALUES
    (1, 'exception-desk-cache', '0001_orders', '2026-11-22 14:00:00+00:00');
INSERT INTO facts(name, value) VALUES
    ('cursor', 'epoch-1.7.all');
INSERT INTO facts(name, value) VALUES
    ('epoch', 'epoch-1');
