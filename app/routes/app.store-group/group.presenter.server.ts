import type { AppContext } from "#app/context.server.ts";
import {
  countDoubts,
  createGroup,
  editionOf,
  groupOf,
  GroupTakenError,
  joinGroup,
  leaveGroup,
  makePairingCode,
  previewBuffers,
  readBuffers,
  replaceBuffers,
  ruleForAll,
  rulesForAll,
  shareChanges,
  sharersOf,
  systemsToAsk,
} from "#app/coordination/index.server.ts";
import type { BufferPreview, BufferRule } from "#app/coordination/types.ts";
import { momentOf, wallTime } from "#app/freshness/index.server.ts";
import { CollectionPageDocument } from "#app/shopify/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { ownerNames } from "#app/ui/words.ts";
import { beginningsOf } from "./beginnings.ts";
import { asItems, draftOf, formErrors, type StoreClock } from "./buffer-draft.ts";
import { type GroupRequest, isAboutPlaces } from "./form.ts";
import { actOnPlaces, loadPlaces } from "./places.server.ts";

/** The group of a store with its buffers. */
export async function loadGroup(
  { db, clock, shopify }: Pick<AppContext, "db" | "clock" | "shopify">,
  shop: string,
) {
  const [view, group] = await Promise.all([getShop(db, shop), groupOf(db, shop)]);
  const doubts = group === null ? 0 : await countDoubts(db, shop);
  const sharers = group === null ? [] : await sharersOf(db, group.id);
  const rules = group === null ? [] : ((await readBuffers(db, [group.id])).get(group.id) ?? []);
  const timeZone = view?.timeZone ?? null;
  const [place, collections] =
    group === null
      ? [null, null]
      : await Promise.all([loadPlaces({ db, shopify }, shop), collectionsOf(shopify, shop)]);
  return {
    loadedMs: clock.now(),
    timeZone,
    shop,
    group,
    doubts,
    sharers,
    ownership: group === null ? null : await ownershipOf(db, shop, group.id),
    place,
    /** Those a buffer can be about; null: Shopify does not tell now. */
    collections,
    buffers: {
      drafts: rules.map((rule) => draftOf(rule, clockOf(timeZone))),
      edition: editionOf(rules),
      /** By the clocks of the store, like the times of the drafts. */
      now: wallTime(clock.now(), timeZone),
    },
  };
}

/** The group's rules of ownership, and who may own by one. */
async function ownershipOf(db: AppContext["db"], shop: string, groupId: string) {
  const [rules, systems] = await Promise.all([
    rulesForAll(db, shop, groupId),
    systemsToAsk(db, shop),
  ]);
  const names = ownerNames(shop, systems);
  return {
    rules: rules ?? [],
    owners: systems.map(({ id, name }) => ({ id, name: names[id] ?? name })),
  };
}

/** How long somebody who opens the screen waits for Shopify. */
const patienceMs = 3_000;

/** The first 250 by name; null: Shopify does not tell now. */
async function collectionsOf(shopify: AppContext["shopify"], shop: string) {
  const patience = { patienceMs, timeoutMs: patienceMs };
  const page = await shopify
    .graphql(shop, CollectionPageDocument, { after: null }, patience)
    .catch(() => null);
  return page === null ? null : page.collections.nodes.map(({ id, title: name }) => ({ id, name }));
}

function clockOf(timeZone: string | null): StoreClock {
  return {
    wallTime: (atMs) => wallTime(atMs, timeZone),
    momentOf: (time) => momentOf(time, timeZone),
  };
}

/** What `loadGroup` promises to the screen. */
export type GroupPage = Awaited<ReturnType<typeof loadGroup>>;

/** What an action may bring beside its toast. */
export interface GroupNews {
  readonly code?: { readonly code: string; readonly expiresAt: string };
  readonly preview?: BufferPreview;
  /** When rules or peaks begin later: what they lead to then. */
  readonly later?: readonly { readonly at: string; readonly preview: BufferPreview }[];
  /** So many such moments come after those that were looked at. */
  readonly unseen?: number;
}

type Acting = Pick<AppContext, "db" | "clock" | "queue" | "vault" | "shopify">;
type Outcome = ActionOutcome<GroupNews>;

const refused = (field: string, message: string): Outcome => ({
  ok: false,
  errors: [{ field, message }],
});

/** Does what a person asked for. */
export async function actOnGroup(
  deps: Acting,
  caller: { readonly shop: string; readonly actor: string },
  request: GroupRequest,
): Promise<Outcome> {
  try {
    if (request.intent === "create") {
      const made = await createGroup(deps, caller, request);
      return made === null ? inAGroup : { ok: true, toast: "Group created" };
    }
    if (request.intent === "join") return await join(deps, caller, request.code);
    const group = await groupOf(deps.db, caller.shop);
    if (group === null) return noGroup;
    if (request.intent === "code") {
      const code = await makePairingCode(deps, caller, group.id);
      return code === null ? inAGroup : { ok: true, toast: null, code };
    }
    if (isAboutPlaces(request)) return await actOnPlaces(deps, caller, request);
    if (request.intent === "share") {
      const shared = await shareChanges(deps, caller, request.domains);
      return shared ? { ok: true, toast: "Sharing saved" } : noGroup;
    }
    if (request.intent === "leave") return await leave(deps, caller, group.id);
    if (request.intent === "rules") return await rule(deps, caller, group.id, request.items);
    return await buffers(deps, caller, group.id, request);
  } catch (error) {
    if (error instanceof GroupTakenError) return inAGroup;
    throw error;
  }
}

const noGroup = refused("", "This store is in no group any more. Reload the page.");
const inAGroup = refused("", "This store is in a group already. Reload the page.");

async function join(
  deps: Acting,
  caller: { readonly shop: string; readonly actor: string },
  code: string,
): Promise<Outcome> {
  const joined = await joinGroup(deps, caller, { code });
  if (joined.outcome === "joined") return { ok: true, toast: "Group joined" };
  if (joined.outcome === "in_a_group") return inAGroup;
  const message =
    "There is no such code, or it was used, or is older than 15 minutes. Make a new one in the other store.";
  return refused("code", message);
}

async function rule(
  deps: Acting,
  caller: { readonly shop: string; readonly actor: string },
  groupId: string,
  items: readonly unknown[],
): Promise<Outcome> {
  const ruled = await ruleForAll(deps, caller, groupId, items);
  if (ruled.outcome === "ruled") return { ok: true, toast: "Group rules saved" };
  if (ruled.outcome === "no_such_group") return noGroup;
  return { ok: false, errors: [...ruled.errors] };
}

async function leave(
  deps: Acting,
  caller: { readonly shop: string; readonly actor: string },
  groupId: string,
): Promise<Outcome> {
  const left = await leaveGroup(deps, caller, groupId);
  if (left.outcome === "left") return { ok: true, toast: "Group left" };
  if (left.outcome === "no_such_group") return noGroup;
  return refused(
    "",
    `This store still has ${String(left.holds)} holds on stock of the group. Release them under Inventory, and leave then.`,
  );
}

async function buffers(
  deps: Acting,
  caller: { readonly shop: string; readonly actor: string },
  groupId: string,
  { intent, drafts, edition }: Extract<GroupRequest, { drafts: unknown }>,
): Promise<Outcome> {
  const timeZone = (await getShop(deps.db, caller.shop))?.timeZone ?? null;
  const items = asItems(drafts, groupId, clockOf(timeZone));
  if (intent === "preview") return previewOf(deps, caller.shop, items);
  const enqueue = deps.queue.enqueue;
  const replaced = await replaceBuffers({ ...deps, enqueue }, caller, items, edition);
  if (!replaced.ok) return { ok: false, errors: formErrors(replaced.errors) };
  return { ok: true, toast: "Buffers saved" };
}

/** So many of the moments at which rules or peaks begin are looked at. */
const mostMoments = 3;

/** What rules lead to now, and when those of them and of their peaks begin that do later. */
async function previewOf(deps: Acting, shop: string, items: unknown[]): Promise<Outcome> {
  const now = await previewBuffers(deps, shop, items);
  if (!now.ok) return { ok: false, errors: formErrors(now.errors) };
  const begins = beginningsOf(items as BufferRule[], deps.clock.now());
  const later: { at: string; preview: BufferPreview }[] = [];
  for (const at of begins.slice(0, mostMoments)) {
    const then = await previewBuffers(deps, shop, items, Date.parse(at));
    if (then.ok) later.push({ at, preview: then.preview });
  }
  const unseen = Math.max(0, begins.length - mostMoments);
  return { ok: true, toast: null, preview: now.preview, later, unseen };
}
