import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { keepsPlansByIndex } from "#app/db.server.ts";
import { openQueue } from "#app/queue/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";

let rig: Rig;
let pool: pg.Pool;

beforeAll(async () => {
  rig = await createRig();
  pool = new pg.Pool({ connectionString: rig.database.url, max: 1, ...keepsPlansByIndex });
});
afterAll(async () => {
  await pool.end();
  await rig.close();
});

async function kept(text: string): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(
    "SELECT count(*) FROM pg_prepared_statements WHERE statement = $1",
    [text],
  );
  return Number(rows[0]?.count);
}

it("a statement without a name is planned once per connection, with values and without", async () => {
  const byName = "SELECT count(*) FROM pgboss.queue WHERE name = $1";
  const all = "  select name from pgboss.queue\n  where true;\n";
  for (const name of ["process-events", "nobody"]) {
    expect((await pool.query(byName, [name])).rows).toEqual([
      { count: name === "nobody" ? "0" : "1" },
    ]);
    expect((await pool.query<{ name: string }>(all)).rows).toContainEqual({
      name: "process-events",
    });
  }
  expect([await kept(byName), await kept(all)]).toEqual([1, 1]);
});

it("a worker's queue asks for jobs, and does them, on such connections", async () => {
  const { vault, log } = rig;
  const queue = await openQueue({ url: rig.database.url, vault, log, role: "worker" });
  const kept = new Promise<readonly string[]>((resolve) => {
    void queue.work("process-events", 1, async (_jobs, tx) => {
      type Row = { readonly statement: string };
      const { rows } = await tx.query<Row>("SELECT statement FROM pg_prepared_statements");
      const { rows: scan } = await tx.query<Row>(
        "SELECT setting AS statement FROM pg_settings WHERE name = 'enable_seqscan'",
      );
      resolve([...rows, ...scan].map((row) => row.statement));
    });
  });
  try {
    const payload = { shop: "any.myshopify.com", eventIds: [randomUUID()], failures: 0 };
    await rig.db.transaction((tx) =>
      queue.enqueue(tx, "process-events", [{ payload, group: "any.myshopify.com" }]),
    );
    expect(await kept).toEqual(
      expect.arrayContaining(["SELECT statement FROM pg_prepared_statements", "off"]),
    );
  } finally {
    await queue.stop(1_000);
  }
});

it("its plans go by indexes alone", async () => {
  const { rows } = await pool.query<{ "QUERY PLAN": string }>(
    "EXPLAIN SELECT * FROM pgboss.queue WHERE name = 'process-events'",
  );
  expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toMatch(/^Index Scan/);
});

it("what cannot be prepared is sent as it is: several statements at once, and what begins a transaction", async () => {
  const several = "SELECT 1 AS one; SELECT 2 AS two";
  const answers = (await pool.query(several)) as unknown as pg.QueryResult<object>[];
  expect(answers.map((answer) => answer.rows)).toEqual([[{ one: 1 }], [{ two: 2 }]]);
  await pool.query("BEGIN");
  await pool.query("ROLLBACK");
  expect([await kept(several), await kept("BEGIN")]).toEqual([0, 0]);
});

it("an error is the statement's own, and the connection goes on", async () => {
  const text = "SELECT $1::int AS one";
  await expect(pool.query(text, ["many"])).rejects.toThrow(/invalid input syntax/);
  expect((await pool.query(text, [1])).rows).toEqual([{ one: 1 }]);
});
