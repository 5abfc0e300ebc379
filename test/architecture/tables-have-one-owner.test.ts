import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sampleTree } from "../support/sample-tree.ts";
import { findTableViolations, readOwners, violationsIn } from "./table-owners.ts";

const schema = `
/// owner: events
/// Everything that was told.
model Event {
  id String @id

  @@map("events")
}

/// owner: mirror
model SkuLink {
  sku String @id
  @@map("sku_links")
}
`;
const owners = readOwners(schema);

/** The tables that `code`, standing in `file`, may not name. */
function foreignTables(code: string, file = "app/processing/apply-event.ts"): string[] {
  return violationsIn(file, code, owners).map((violation) => violation.table);
}

describe("the owner of a table", () => {
  it("is read from the schema", () => {
    expect(owners).toEqual([
      { table: "events", delegate: "event", owner: "events" },
      { table: "sku_links", delegate: "skuLink", owner: "mirror" },
    ]);
  });

  it("has to be there", () => {
    expect(() => readOwners("/// Everything.\nmodel Event {\n}\n")).toThrow(
      'model Event has no "/// owner: <room>" line',
    );
  });
});

describe("SQL on another room's table fails:", () => {
  it.each([
    ["a query", "db.query(`SELECT id FROM events WHERE shop = $1`)"],
    ["lower case", 'db.query("select id from events")'],
    ["a join", "db.query(`SELECT 1 FROM shops s LEFT JOIN public.events e ON true`)"],
    ["a comma list", "db.query(`SELECT 1 FROM shops s, events AS e`)"],
    ["an insert", 'db.query(`INSERT INTO "events" (id) VALUES ($1)`)'],
    ["an update", "db.query(`UPDATE events SET status = ${value}`)"],
    ["a deletion", "db.query(`DELETE FROM ONLY events`)"],
    ["a part of a statement", 'const from = "FROM events e";'],
    ["a tagged template", "sql`TRUNCATE TABLE events`"],
    ["a statement over several lines", "db.query(`\n  SELECT *\n  FROM\n    events\n`)"],
    ["a Prisma call", "await deps.prisma.event.findMany({})"],
    ["a Prisma call in a transaction", "await tx.event.create({ data })"],
  ])("%s", (_name, code) => {
    expect(foreignTables(code)).toEqual(["events"]);
  });

  it("the job engine's tables outside app/queue", () => {
    expect(foreignTables("db.query(`SELECT 1 FROM pgboss.job`)")).toEqual(["pgboss"]);
    expect(foreignTables("db.query(`SELECT 1 FROM pgboss.job`)", "app/queue/depth.ts")).toEqual([]);
  });

  it("in a file of the owner that is not its store", () => {
    const code = "db.query(`SELECT 1 FROM events`)";
    expect(foreignTables(code, "app/events/read-events.ts")).toEqual(["events"]);
    expect(foreignTables(code, "app/events/read-store.ts")).toEqual([]);
  });

  it.each([
    ["a sentence", 'throw new Error("Remove it from events first, then update events again")'],
    ["a label", 'const label = "events";'],
    ["a table whose name begins alike", "db.query(`SELECT 1 FROM events_archive`)"],
    ["a column of that name", "db.query(`SELECT events FROM totals`)"],
    ["a method of something else", "rooms.event.create(input)"],
    ["a comment", "// SELECT * FROM events\nexport const a = 1;"],
  ])("but not %s", (_name, code) => {
    expect(foreignTables(code)).toEqual([]);
  });
});

describe("in a whole tree", () => {
  it("the file, the table and the owner are named, and processes are exempt", () => {
    const query = "export const a = () => db.query(`\n  SELECT 1 FROM events`);";
    const root = sampleTree({
      "prisma/schema.prisma": schema,
      "app/delivery/send.ts": `export const b = 1;\n${query}`,
      "app/delivery/delivery-store.ts": query,
      "app/routes/page.tsx": "export const c = 1;",
      "app/start/migrate.ts": query,
      "app/events/event-store.ts": query,
    });
    expect(findTableViolations(root).map((violation) => violation.message)).toEqual([
      'app/delivery/delivery-store.ts:1 names the table "events", which only app/events/*-store.ts may',
      'app/delivery/send.ts:2 names the table "events", which only app/events/*-store.ts may',
    ]);
  });

  it("this repository holds the rule", () => {
    const violations = findTableViolations(join(import.meta.dirname, "../.."));
    expect(violations.map((violation) => violation.message)).toEqual([]);
  });
});
