import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { groupsWithMovingBuffers, readBuffers, writeBuffers } from "./buffer-store.ts";
import { groupOf, lockGroup } from "./group-store.ts";
import { askToPublish, type HandOver } from "./hand-over.ts";
import { type BufferFault, parseBuffers } from "./parse-buffers.ts";
import { planBuffers } from "./plan-buffers.ts";
import { poolsAfter, poolsOfGroup, setBuffers } from "./pool-store.ts";
import { sellableOf } from "./sellable.ts";
import type { BufferPreview, BufferRule } from "./types.ts";

/** What replacing rules takes. */
export interface BufferDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly enqueue: HandOver;
}

type Parsed<Value> =
  | ({ readonly ok: true } & Value)
  | { readonly ok: false; readonly errors: readonly BufferFault[] };

/** Pools that are brought to the rules in one transaction. */
const poolsAtOnce = 200;

/** Replaces the rules of a store's group, all at once or not at all, and has its stores follow. */
export async function replaceBuffers(
  deps: BufferDeps,
  { shop, actor }: { readonly shop: string; readonly actor: string },
  items: unknown,
): Promise<Parsed<{ readonly rules: readonly BufferRule[] }>> {
  return deps.db.transaction((tx) => replaceBuffersIn(tx, deps, { shop, actor }, items));
}

/** The same within a transaction of the caller. */
export async function replaceBuffersIn(
  tx: Transaction,
  deps: Pick<BufferDeps, "enqueue">,
  { shop, actor }: { readonly shop: string; readonly actor: string },
  items: unknown,
): Promise<Parsed<{ readonly rules: readonly BufferRule[] }>> {
  const group = await groupOf(tx, shop);
  const parsed = parseBuffers(items, group?.id ?? null);
  if (!parsed.ok) return parsed;
  if (group === null || !(await lockGroup(tx, group.id))) return { ok: true, rules: [] };
  await writeBuffers(tx, group.id, parsed.rules);
  await recordAudit(tx, {
    shop,
    actor,
    action: "inventory-buffers.replaced",
    subject: group.id,
    detail: { rules: parsed.rules.length },
  });
  const follow = { payload: { groupId: group.id, after: null }, group: group.id };
  await deps.enqueue(tx, "follow-buffers", [follow]);
  return { ok: true, rules: parsed.rules };
}

/** What rules would lead to, before anybody saves them; nothing changes. */
export async function previewBuffers(
  { db, clock }: Pick<BufferDeps, "db" | "clock">,
  shop: string,
  items: unknown,
): Promise<Parsed<{ readonly preview: BufferPreview }>> {
  const group = await groupOf(db, shop);
  const parsed = parseBuffers(items, group?.id ?? null);
  if (!parsed.ok) return parsed;
  const pools = group === null ? [] : await poolsOfGroup(db, group.id);
  const planned = await planBuffers(db, group?.id ?? "", parsed.rules, pools, clock.now());
  const changed = planned.filter(({ pool, buffer }) => buffer !== pool.buffer);
  const sold = (pool: { quantity: number; held: number; buffer: number }) => sellableOf(pool) > 0;
  const count = (test: (item: (typeof planned)[number]) => boolean) => changed.filter(test).length;
  return {
    ok: true,
    preview: {
      articles: changed.length,
      unavailable: count(({ pool, buffer }) => sold(pool) && !sold({ ...pool, buffer })),
      available: count(({ pool, buffer }) => !sold(pool) && sold({ ...pool, buffer })),
      keptBack: planned.reduce((sum, { buffer }) => sum + buffer, 0),
    },
  };
}

/**
 * Brings the pools of groups to their rules, a page at a time: what is kept back of each is worked out
 * anew, and its stores follow where that has changed.
 */
export async function followBuffers(
  deps: BufferDeps,
  tx: Transaction,
  batch: readonly { readonly groupId: string; readonly after: string | null }[],
): Promise<void> {
  for (const { groupId, after } of batch) {
    const nowMs = deps.clock.now();
    const rules = (await readBuffers(tx, [groupId])).get(groupId) ?? [];
    const pools = await poolsAfter(tx, groupId, after, poolsAtOnce);
    const planned = await planBuffers(tx, groupId, rules, pools, nowMs);
    const changed = planned.filter(({ pool, buffer }) => buffer !== pool.buffer);
    await setBuffers(
      tx,
      changed.map(({ pool, buffer }) => ({ id: pool.id, buffer })),
      nowMs,
    );
    await askToPublish(
      deps,
      tx,
      changed.map(({ pool }) => pool.id),
      null,
    );
    const last = pools.at(-1);
    if (last !== undefined && pools.length === poolsAtOnce)
      await deps.enqueue(tx, "follow-buffers", [
        { payload: { groupId, after: last.id }, group: groupId },
      ]);
  }
}

/** Has the groups whose buffers move with time (automatic ones, peaks) brought to their rules. */
export async function refreshBuffers(deps: BufferDeps): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const groups = await groupsWithMovingBuffers(tx);
    await deps.enqueue(
      tx,
      "follow-buffers",
      groups.map((groupId) => ({ payload: { groupId, after: null }, group: groupId })),
    );
  });
}
