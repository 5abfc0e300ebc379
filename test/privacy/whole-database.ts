import type { Database } from "#app/db.server.ts";

/** Looks at a database as a whole, whatever tables there are: a table that is new is looked at too. */

/** A table and its columns. */
export interface TableShape {
  /** With its schema, quoted. */
  readonly table: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    /** Has to be given. */
    readonly required: boolean;
  }[];
}

/** Every table of Converge and of its queue. */
export async function allTables(db: Database): Promise<TableShape[]> {
  const { rows } = await db.query<TableShape>(
    `SELECT format('%I.%I', t.table_schema, t.table_name) AS table,
       json_agg(json_build_object('name', c.column_name, 'type', c.data_type,
         'required', c.is_nullable = 'NO' AND c.column_default IS NULL)) AS columns
     FROM information_schema.tables t
     JOIN information_schema.columns c USING (table_schema, table_name)
     WHERE t.table_schema IN ('public', 'pgboss') AND t.table_type = 'BASE TABLE'
       AND t.table_name <> '_prisma_migrations'
     GROUP BY 1 ORDER BY 1`,
  );
  return rows;
}

/** Tables with a row that has the text in any column, bytes included. */
export async function tablesNaming(db: Database, text: string): Promise<string[]> {
  const hex = Buffer.from(text).toString("hex");
  const found: string[] = [];
  for (const { table } of await allTables(db)) {
    const { rows } = await db.query(
      `SELECT 1 AS one FROM ${table} AS r
       WHERE position(lower($1) IN lower(r::text)) > 0 OR position($2 IN r::text) > 0 LIMIT 1`,
      [text, hex],
    );
    if (rows.length > 0) found.push(table);
  }
  return found;
}

/** How many rows each table has; empty ones are missing. */
export async function rowCounts(db: Database): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { table } of await allTables(db)) {
    const { rows } = await db.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${table}`,
    );
    const count = rows[0]?.count ?? 0;
    if (count > 0) counts[table] = count;
  }
  return counts;
}

/** Values for columns nobody cares about. */
const anyValue: Readonly<Record<string, string>> = {
  date: "current_date",
  uuid: "gen_random_uuid()",
  text: "'x' || gen_random_uuid()",
  bytea: "uuid_send(gen_random_uuid())",
  jsonb: "'{}'",
  json: "'{}'",
  boolean: "false",
  ARRAY: "'{}'",
  "timestamp with time zone": "now()",
  "timestamp without time zone": "now()",
};

/** Columns that refer to another row: to one of `makeReferred`. */
const referring: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "public.ownership_followers": {
    group_id: "(SELECT group_id FROM store_group_members WHERE shop = $1)",
    domain: "'pricing'",
  },
};

/** Makes what rows of some tables have to refer to: a group of the shop, with a rule. */
async function makeReferred(db: Database, shop: string): Promise<void> {
  await db.query(
    `WITH made AS (INSERT INTO store_groups (id, name, created_at)
       VALUES ('grp_' || gen_random_uuid(), 'Group', now()) RETURNING id),
     rule AS (INSERT INTO group_ownership_rules (group_id, domain, owner, on_foreign_write, changed_at)
       SELECT id, 'pricing', 'shopify', 'flag', now() FROM made)
     INSERT INTO store_group_members (shop, group_id, joined_at) SELECT $1, id, now() FROM made`,
    [shop],
  );
}

/** Writes a made-up row of the shop into every table that has a column for it; returns the tables. */
export async function fillEveryTable(db: Database, shop: string): Promise<string[]> {
  const tables = (await allTables(db)).filter(({ columns }) =>
    columns.some((column) => column.name === "shop"),
  );
  await makeReferred(db, shop);
  for (const { table, columns } of tables) {
    const given = columns.filter((column) => column.required && column.name !== "shop");
    const names = ["shop", ...given.map((column) => `"${column.name}"`)].join(", ");
    const valueOf = ({ name, type }: (typeof given)[number]) =>
      referring[table]?.[name] ?? anyValue[type] ?? "1";
    const values = ["$1", ...given.map(valueOf)].join(", ");
    await db.query(`INSERT INTO ${table} (${names}) VALUES (${values}) ON CONFLICT DO NOTHING`, [
      shop,
    ]);
  }
  return tables.map(({ table }) => table);
}
