-- A cache as step 0002_organised left it, with an order. Never changed: it stands on people's disks.
CREATE TABLE "_sqlite_migrations" ( "id" INTEGER PRIMARY KEY, "migration_set" TEXT, "name" TEXT, "applied_at" TEXT );
CREATE TABLE orders ( rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, number TEXT NOT NULL, tail TEXT NOT NULL, customer TEXT NOT NULL, city TEXT NOT NULL, warehouse TEXT NOT NULL, carrier TEXT, status TEXT NOT NULL, due_at INTEGER NOT NULL, total INTEGER NOT NULL, raised_at INTEGER, kinds INTEGER NOT NULL, holds INTEGER NOT NULL, stopped INTEGER NOT NULL, generation INTEGER NOT NULL, pending INTEGER NOT NULL DEFAULT 0, listed INTEGER NOT NULL, indexed INTEGER NOT NULL DEFAULT 0, node TEXT NOT NULL DEFAULT '', nodes TEXT NOT NULL DEFAULT '', claimed_by TEXT, snoozed_until INTEGER, asleep INTEGER NOT NULL DEFAULT 0, notes INTEGER NOT NULL DEFAULT 0, projected INTEGER NOT NULL DEFAULT 0);
CREATE TABLE bodies (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE order_search USING fts5(words, content='', contentless_delete=1);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name" ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX orders_by_tail ON orders(tail);
CREATE INDEX orders_listed_by_due ON orders(due_at) WHERE listed = 1;
CREATE INDEX orders_unindexed ON orders(indexed) WHERE indexed = 0;
CREATE INDEX orders_asleep ON orders(snoozed_until) WHERE asleep = 1;
CREATE INDEX orders_projected ON orders(id) WHERE projected = 1;
CREATE INDEX orders_pending ON orders(id) WHERE pending > 0;
CREATE INDEX orders_listed_nodes ON orders(node) WHERE listed = 1;
CREATE INDEX orders_listed_kinds ON orders(kinds) WHERE listed = 1;
CREATE INDEX orders_claimed ON orders(claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX orders_by_customer ON orders(customer);
INSERT INTO _sqlite_migrations(id, migration_set, name, applied_at) VALUES
    (1, 'exception-desk-cache', '0001_orders', '2026-11-22 14:00:00+00:00'),
    (2, 'exception-desk-cache', '0002_organised', '2026-11-26 14:00:00+00:00');
INSERT INTO orders(rowid, id, version, number, tail, customer, city, warehouse, carrier, status, due_at, total, raised_at, kinds, holds, stopped, generation, pending, listed, indexed, node, nodes, claimed_by, snoozed_until, asleep, notes, projected) VALUES
    (1, 'id-SO20261122004712', 1, 'SO20261122004712', '4712', '苏州家居有限公司', '苏州市', 'W-EAST', 'alpha', 'waiting', 1795003600000, 259800, NULL, 0, 0, 0, 1, 0, 0, 0, '', '', NULL, NULL, 0, 0, 0);
INSERT INTO bodies VALUES ('id-SO20261122004712',
    '{"id":"id-SO20261122004712","number":"SO20261122004712","version":1,"warehouse":"W-EAST","status":"waiting","customer":{"company":"苏州家居有限公司","contact":"王小明","phone":"13800001234","province":"江苏省","city":"苏州市","district":"吴中区","street":"人民路100号"},"lines":[{"sku":"SF-3301","name":"布艺沙发","quantity":2,"price":129900}],"total":259800,"carrier":"alpha","waybill":null,"due_at":1795003600000,"created_at":1794996400000,"updated_at":1795000000000,"exceptions":[],"holds":[],"place":{"zone":"","tote":"","bench":""},"return_requested":false,"before":null,"claim":null,"snooze":null,"notes":[],"attachments":[],"since":0}');
INSERT INTO facts(name, value) VALUES
    ('epoch', 'epoch-1'), ('cursor', 'epoch-1.7.view'), ('generation', '1');
