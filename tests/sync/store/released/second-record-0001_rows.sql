-- A second record as step 0001_rows left it. Never changed: it stands on people's disks.
CREATE TABLE "_sqlite_migrations" ( "id" INTEGER PRIMARY KEY, "migration_set" TEXT, "name" TEXT, "applied_at" TEXT );
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name" ON "_sqlite_migrations" ("migration_set", "name");
CREATE TABLE rows (n INTEGER PRIMARY KEY, row TEXT NOT NULL);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO _sqlite_migrations(id, migration_set, name, applied_at) VALUES
    (1, 'exception-desk-second-record', '0001_rows', '2026-11-22 14:00:00+00:00');
INSERT INTO facts(name, value) VALUES
    ('device', 'desk-released');
