import { randomBytes } from "node:crypto";
import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { leaveGroupRules } from "#app/ownership/index.server.ts";
import { dropBuffersOf } from "./buffer-store.ts";
import { type HandOver } from "./hand-over.ts";
import { openHolds } from "./hold-store.ts";
import { groupOf, insertGroup, insertMember, lockGroup, removeMember } from "./group-store.ts";
import { unlinkStore } from "./level-store.ts";
import { dropChoices } from "./link-choice-store.ts";
import { insertCode, revokeCodes, useCode } from "./pairing-code-store.ts";
import { asMade, codeFrom } from "./pairing-code.ts";
import { dropPlaces } from "./pool-location-store.ts";
import { endSharing } from "./share-changes.ts";
import type { StoreGroupView } from "./types.ts";

/** What changing groups takes. */
export interface GroupDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly queue: { readonly enqueue: HandOver };
}

/** Who asks for it, and in which store. */
export interface GroupCaller {
  readonly shop: string;
  readonly actor: string;
}

/** A person reads it from one screen and types it into another. */
const codeLivesMs = 15 * 60_000;

/** Begins a group with one store. Null: the store is in a group already. */
export async function createGroup(
  deps: GroupDeps,
  { shop, actor }: GroupCaller,
  input: { readonly name: string; readonly locationId?: string | undefined },
): Promise<StoreGroupView | null> {
  const id = `grp_${randomBytes(12).toString("hex")}`;
  const atMs = deps.clock.now();
  return deps.db.transaction(async (tx) => {
    if (await groupOf(tx, shop)) return null;
    await insertGroup(tx, { id, name: input.name, atMs });
    const locationId = input.locationId ?? null;
    // Two at once: the first commit wins, the other one's group is never seen.
    if (!(await insertMember(tx, { shop, groupId: id, locationId, atMs })))
      throw new GroupTakenError();
    await recordAudit(tx, { shop, actor, action: "store-group.created", subject: id });
    return groupOf(tx, shop);
  });
}

/** Another request of the same store was faster. */
export class GroupTakenError extends Error {
  override readonly name = "GroupTakenError";
}

/** A code that lets one other store in, within a quarter of an hour. Null: no such group of the store. */
export async function makePairingCode(
  deps: GroupDeps,
  { shop, actor }: GroupCaller,
  groupId: string,
): Promise<{ readonly code: string; readonly expiresAt: string } | null> {
  const code = codeFrom(randomBytes(10));
  const expiresAtMs = deps.clock.now() + codeLivesMs;
  return deps.db.transaction(async (tx) => {
    if ((await groupOf(tx, shop))?.id !== groupId) return null;
    await insertCode(tx, { code, shop, groupId, expiresAtMs });
    await recordAudit(tx, { shop, actor, action: "store-group.code-made", subject: groupId });
    return { code, expiresAt: new Date(expiresAtMs).toISOString() };
  });
}

/** What became of a code that was entered. */
export type Joined =
  | { readonly outcome: "joined"; readonly group: StoreGroupView }
  | { readonly outcome: "no_such_code" }
  | { readonly outcome: "in_a_group" };

/**
 * Joins the group a code stands for; the code is used up. A store that is in a group already keeps
 * the code whole for the store it was meant for.
 */
export async function joinGroup(
  deps: GroupDeps,
  { shop, actor }: GroupCaller,
  input: { readonly code: string; readonly locationId?: string | undefined },
): Promise<Joined> {
  const atMs = deps.clock.now();
  return deps.db.transaction(async (tx) => {
    if (await groupOf(tx, shop)) return { outcome: "in_a_group" };
    const used = await useCode(tx, asMade(input.code), atMs);
    if (used === null || !(await lockGroup(tx, used.groupId))) return { outcome: "no_such_code" };
    const { groupId } = used;
    const locationId = input.locationId ?? null;
    if (!(await insertMember(tx, { shop, groupId, locationId, atMs }))) throw new GroupTakenError();
    const linking = { payload: { shop, groupId, after: null }, group: shop };
    await deps.queue.enqueue(tx, "link-store", [linking]);
    // Each store's log tells its own part, and never names the other: it may have to be forgotten.
    await recordAudit(tx, { shop, actor, action: "store-group.joined", subject: groupId });
    const opened = { action: "store-group.code-used", subject: groupId };
    await recordAudit(tx, { shop: used.shop, actor: "another store", ...opened });
    const group = await groupOf(tx, shop);
    if (group === null) throw new Error("a member without a group");
    return { outcome: "joined", group };
  });
}

/** What became of leaving. `holds`: of the store, which would hold on to units of the others. */
export type Left =
  | { readonly outcome: "left" }
  | { readonly outcome: "no_such_group" }
  | { readonly outcome: "has_holds"; readonly holds: number };

/**
 * Takes a store out of its group. What it shows in Shopify stays as it is, and is its own again. It
 * cannot go while its holds keep units of the others.
 */
export async function leaveGroup(
  deps: Pick<GroupDeps, "db" | "clock">,
  { shop, actor }: GroupCaller,
  groupId: string,
): Promise<Left> {
  return deps.db.transaction(async (tx): Promise<Left> => {
    if ((await groupOf(tx, shop))?.id !== groupId) return { outcome: "no_such_group" };
    const holds = await openHolds(tx, shop);
    if (holds > 0) return { outcome: "has_holds", holds };
    await departFrom(tx, shop, groupId, deps.clock.now());
    await recordAudit(tx, { shop, actor, action: "store-group.left", subject: groupId });
    return { outcome: "left" };
  });
}

/** The same for whoever takes a store out: what it lent to the group goes with it, and what it took. */
async function departFrom(
  tx: Transaction,
  shop: string,
  groupId: string,
  nowMs: number,
): Promise<void> {
  await lockGroup(tx, groupId);
  await leaveGroupRules(tx, shop, nowMs);
  await endSharing(tx, shop, groupId, nowMs);
  await revokeCodes(tx, shop);
  await unlinkStore(tx, shop);
  await dropChoices(tx, shop);
  await dropBuffersOf(tx, shop);
  await dropPlaces(tx, shop);
  await removeMember(tx, shop);
}
