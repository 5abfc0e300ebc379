import type { Queryable, Transaction } from "#app/db.server.ts";
import type { OrderCondition, OrderHoldRule, SilencePolicy } from "./types.ts";

/** A rule as it is stored. */
export type OrderRuleRow = OrderHoldRule & { readonly since: Date };

interface Row {
  readonly name: string;
  readonly kind: OrderCondition["kind"];
  readonly value: object;
  readonly participants: string[];
  readonly ttlSeconds: number;
  readonly onSilence: SilencePolicy;
  readonly since: Date;
}

/** The rules of a store, in the order they were given. */
export async function orderRulesOf(db: Queryable, shop: string): Promise<OrderRuleRow[]> {
  const { rows } = await db.query<Row>(
    `SELECT name, kind, value, participants, ttl_seconds AS "ttlSeconds", on_silence AS "onSilence",
       since FROM order_hold_rules WHERE shop = $1 ORDER BY position`,
    [shop],
  );
  return rows.map(({ kind, value, ...row }) => ({
    ...row,
    when: { kind, ...value } as OrderCondition,
  }));
}

/** The rules of a store as they are sent and kept. */
export async function readOrderRules(db: Queryable, shop: string): Promise<OrderHoldRule[]> {
  return (await orderRulesOf(db, shop)).map(({ since: _, ...rule }) => rule);
}

/** Whoever replaces a store's rules waits here for those who are doing so. */
export async function lockOrderRules(tx: Transaction, shop: string): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('order rules ' || $1, 0))", [shop]);
}

/**
 * Replaces the rules of a store, all at once. One that stays as it was keeps its date: of older orders,
 * those it was about are held already.
 */
export async function writeOrderRules(
  tx: Transaction,
  shop: string,
  rules: readonly OrderHoldRule[],
  nowMs: number,
): Promise<void> {
  const before = new Map((await orderRulesOf(tx, shop)).map((rule) => [rule.name, rule]));
  await tx.query("DELETE FROM order_hold_rules WHERE shop = $1", [shop]);
  const rows = rules.map(({ when: { kind, ...value }, ...rule }, position) => {
    const old = before.get(rule.name);
    const same = JSON.stringify(old?.when) === JSON.stringify({ kind, ...value });
    return { ...rule, position, kind, value, since: same && old ? old.since : new Date(nowMs) };
  });
  await tx.query(
    `INSERT INTO order_hold_rules (shop, name, position, kind, value, participants, ttl_seconds,
       on_silence, since)
     SELECT $1, name, position, kind, value, participants, "ttlSeconds", "onSilence", since
     FROM json_to_recordset($2::json) AS r (name text, position int, kind text, value jsonb,
       participants jsonb, "ttlSeconds" int, "onSilence" text, since timestamptz)`,
    [shop, JSON.stringify(rows)],
  );
}
