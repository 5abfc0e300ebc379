import type { AppContext } from "#app/context.server.ts";
import {
  chooseLocation,
  chosenLocation,
  countDoubts,
  createGroup,
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
import type { BufferPreview } from "#app/coordination/types.ts";
import { LocationPageDocument } from "#app/shopify/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { ownerNames } from "#app/ui/words.ts";
import { asItems, type BufferDraft, type GroupRequest } from "./form.ts";

/** The group of a store with its buffers. */
export async function loadGroup(
  { db, clock, shopify }: Pick<AppContext, "db" | "clock" | "shopify">,
  shop: string,
) {
  const [view, group] = await Promise.all([getShop(db, shop), groupOf(db, shop)]);
  const doubts = group === null ? 0 : await countDoubts(db, shop);
  const sharers = group === null ? [] : await sharersOf(db, group.id);
  const rules = group === null ? [] : ((await readBuffers(db, [group.id])).get(group.id) ?? []);
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    shop,
    group,
    doubts,
    sharers,
    place: group === null ? null : await placeOf({ db, shopify }, shop),
    ownership: group === null ? null : await ownershipOf(db, shop, group.id),
    buffers: rules.map(
      ({ sku, mode, value, peakWindows }): BufferDraft => ({
        sku: sku ?? "",
        mode,
        value: String(value),
        peakWindows,
      }),
    ),
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

/** Where the store shows shared stock, and where it could. Null: Shopify does not tell now. */
async function placeOf({ db, shopify }: Pick<AppContext, "db" | "shopify">, shop: string) {
  const chosen = await chosenLocation(db, shop);
  const locations = await locationsOf(shopify, shop).catch(() => null);
  return { chosen, locations };
}

async function locationsOf(shopify: AppContext["shopify"], shop: string) {
  const patience = { patienceMs, timeoutMs: patienceMs };
  const page = await shopify.graphql(shop, LocationPageDocument, { after: null }, patience);
  return page.locations.nodes
    .filter(({ isActive }) => isActive)
    .map(({ id, name }) => ({ id, name }));
}

/** What `loadGroup` promises to the screen. */
export type GroupPage = Awaited<ReturnType<typeof loadGroup>>;

/** What an action may bring beside its toast. */
export interface GroupNews {
  readonly code?: { readonly code: string; readonly expiresAt: string };
  readonly preview?: BufferPreview;
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
    if (request.intent === "location") return await move(deps, caller, request.locationId);
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

async function move(
  { queue, ...context }: Acting,
  caller: { readonly shop: string; readonly actor: string },
  locationId: string | null,
): Promise<Outcome> {
  if (locationId !== null) {
    const known = await locationsOf(context.shopify, caller.shop).catch(() => null);
    if (known === null)
      return refused("", "Shopify did not answer. Nothing was changed: try again in a moment.");
    if (!known.some(({ id }) => id === locationId))
      return refused("", "This store has no such location any more. Reload the page.");
  }
  const chosen = await chooseLocation({ ...context, enqueue: queue.enqueue }, caller, locationId);
  return chosen ? { ok: true, toast: "Location saved" } : noGroup;
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
  { intent, drafts }: Extract<GroupRequest, { drafts: unknown }>,
): Promise<Outcome> {
  const items = asItems(drafts, groupId);
  if (intent === "preview") {
    const previewed = await previewBuffers(deps, caller.shop, items);
    if (!previewed.ok) return { ok: false, errors: [...previewed.errors] };
    return { ok: true, toast: null, preview: previewed.preview };
  }
  const enqueue = deps.queue.enqueue;
  const replaced = await replaceBuffers({ ...deps, enqueue }, caller, items);
  if (!replaced.ok) return { ok: false, errors: [...replaced.errors] };
  return { ok: true, toast: "Buffers saved" };
}
