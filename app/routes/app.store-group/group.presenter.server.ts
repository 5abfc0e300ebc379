import type { AppContext } from "#app/context.server.ts";
import {
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
  shareChanges,
  sharersOf,
} from "#app/coordination/index.server.ts";
import type { BufferPreview } from "#app/coordination/types.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { asItems, type BufferDraft, type GroupRequest, isAboutPlaces } from "./form.ts";
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
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    shop,
    group,
    doubts,
    sharers,
    place: group === null ? null : await loadPlaces({ db, shopify }, shop),
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
    if (isAboutPlaces(request)) return await actOnPlaces(deps, caller, request);
    if (request.intent === "share") {
      const shared = await shareChanges(deps, caller, request.domains);
      return shared ? { ok: true, toast: "Sharing saved" } : noGroup;
    }
    if (request.intent === "leave") return await leave(deps, caller, group.id);
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
