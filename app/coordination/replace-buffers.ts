import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { editionOf, groupsWithMovingBuffers, readBuffers, writeBuffers } from "./buffer-store.ts";
import { groupOf, lockGroup } from "./group-store.ts";
import { askToPublish, type HandOver } from "./hand-over.ts";
import { collectionsToRead } from "./collection-store.ts";
import { effectsOf } from "./count-effects.ts";
import { type BufferFault, parseBuffers } from "./parse-buffers.ts";
import { planBuffers } from "./plan-buffers.ts";
import { type CollectionDeps, learnCollections } from "./read-collections.ts";
import { poolsAfter, poolsOfGroup } from "./pool-store.ts";
import { settleBuffers } from "./settle-buffers.ts";
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

const overtaken = {
  ok: false,
  errors: [
    {
      field: "edition",
      message: "Somebody else saved buffers meanwhile. Nothing was changed: look at theirs first.",
    },
  ],
} as const;

/** Pools that are brought to the rules in one transaction. */
const poolsAtOnce = 200;

/**
 * Replaces the rules of a store's group, all at once or not at all, and has its stores follow.
 * `edition`: of the rules that are replaced; others that stand there by now are not.
 */
export async function replaceBuffers(
  deps: BufferDeps,
  caller: { readonly shop: string; readonly actor: string },
  items: unknown,
  edition?: string,
): Promise<Parsed<{ readonly rules: readonly BufferRule[] }>> {
  return deps.db.transaction((tx) => replaceBuffersIn(tx, deps, caller, items, edition));
}

/** The same within a transaction of the caller. */
export async function replaceBuffersIn(
  tx: Transaction,
  deps: Pick<BufferDeps, "enqueue">,
  { shop, actor }: { readonly shop: string; readonly actor: string },
  items: unknown,
  edition?: string,
): Promise<Parsed<{ readonly rules: readonly BufferRule[] }>> {
  const group = await groupOf(tx, shop);
  const parsed = parseBuffers(items, group);
  if (!parsed.ok) return parsed;
  if (group === null || !(await lockGroup(tx, group.id))) return { ok: true, rules: [] };
  const before = (await readBuffers(tx, [group.id])).get(group.id) ?? [];
  if (edition !== undefined && edition !== editionOf(before)) return overtaken;
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
  const named = await collectionsToRead(tx, group.id);
  await deps.enqueue(
    tx,
    "read-collection",
    named.map((payload) => ({ payload, group: payload.shop })),
  );
  return { ok: true, rules: parsed.rules };
}

/**
 * What rules would lead to, before anybody saves them; nothing changes. `atMs`: as if it were then, for
 * rules and peaks that begin later; left out: now.
 */
export async function previewBuffers(
  { db, clock, shopify }: Pick<BufferDeps, "db" | "clock"> & Pick<CollectionDeps, "shopify">,
  shop: string,
  items: unknown,
  atMs: number = clock.now(),
): Promise<Parsed<{ readonly preview: BufferPreview }>> {
  const group = await groupOf(db, shop);
  const parsed = parseBuffers(items, group);
  if (!parsed.ok) return parsed;
  const errors = await faultsOfCollections({ db, shopify }, parsed.rules, group?.shops ?? []);
  if (errors.length > 0) return { ok: false, errors };
  const pools = group === null ? [] : await poolsOfGroup(db, group.id);
  const planned = await planBuffers(db, group?.id ?? "", parsed.rules, pools, {
    atMs,
    nowMs: clock.now(),
  });
  return { ok: true, preview: effectsOf(planned) };
}

const untoldWords = {
  no_such_collection: "No store of the group has this collection.",
  shopify_is_silent:
    "Shopify did not tell what is in this collection. Nothing was changed: try again in a moment.",
} as const;

async function faultsOfCollections(
  deps: Pick<CollectionDeps, "db" | "shopify">,
  rules: readonly BufferRule[],
  shops: readonly string[],
): Promise<BufferFault[]> {
  const named = [...new Set(rules.flatMap(({ collectionId }) => collectionId ?? []))];
  const untold = await learnCollections(deps, shops, named);
  return rules.flatMap(({ collectionId }, index) => {
    const why = collectionId === undefined ? undefined : untold.get(collectionId);
    const field = `items.${String(index)}.collectionId`;
    return why === undefined ? [] : [{ field, message: untoldWords[why] }];
  });
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
    const planned = await planBuffers(tx, groupId, rules, pools, { atMs: nowMs, nowMs });
    await askToPublish(deps, tx, await settleBuffers(tx, planned, nowMs), null);
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
