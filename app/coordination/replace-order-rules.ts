import type { Clock, Database, Transaction } from "#app/db.server.ts";
import type { FieldError } from "#app/field-errors.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { systemsToAsk } from "./find-participants.ts";
import { lockOrderRules, readOrderRules, writeOrderRules } from "./order-rule-store.ts";
import { parseOrderRules } from "./parse-order-rules.ts";
import type { OrderHoldRule } from "./types.ts";

type Replaced =
  | { readonly ok: true; readonly rules: OrderHoldRule[] }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** Replaces a store's rules for orders of high value, all at once or not at all. */
export async function replaceOrderRules(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  caller: { readonly shop: string; readonly actor: string },
  items: unknown,
): Promise<Replaced> {
  return db.transaction((tx) => replaceOrderRulesIn(tx, { clock }, caller, items));
}

/** The same in the transaction of the caller. Of two at the same time the later one stands whole. */
export async function replaceOrderRulesIn(
  tx: Transaction,
  { clock }: { readonly clock: Clock },
  { shop, actor }: { readonly shop: string; readonly actor: string },
  items: unknown,
): Promise<Replaced> {
  await lockOrderRules(tx, shop);
  const systems = await systemsToAsk(tx, shop);
  const parsed = parseOrderRules(items, new Set(systems.map(({ id }) => id)));
  if (!parsed.ok) return parsed;
  await writeOrderRules(tx, shop, parsed.rules, clock.now());
  const rules = await readOrderRules(tx, shop);
  await recordAudit(tx, {
    shop,
    actor,
    action: "order-hold-rules.replaced",
    subject: "order-hold-rules",
    detail: { rules },
  });
  return { ok: true, rules };
}
