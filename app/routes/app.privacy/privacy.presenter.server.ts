import type { AppContext } from "#app/context.server.ts";
import { stringifyLossless } from "#app/events/index.server.ts";
import { exportCustomer, keptForMs, listRequests } from "#app/privacy/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { SavedFile } from "#app/ui/kit/save-file.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";

/** The newest are shown; two years of them are kept. */
const requestsShown = 200;

const dayMs = 24 * 3_600_000;

/** Everything the screen shows, read at one moment. */
export async function loadPrivacy({ db, clock }: Pick<AppContext, "db" | "clock">, shop: string) {
  const [view, requests] = await Promise.all([
    getShop(db, shop),
    listRequests(db, shop, requestsShown),
  ]);
  const days = (kind: keyof typeof keptForMs) => Math.round(keptForMs[kind] / dayMs);
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    shows: requests.filter((request) => request.kind === "show"),
    erasures: requests.filter((request) => request.kind === "erase"),
    days: {
      bodies: days("bodies"),
      events: days("events"),
      figures: days("figures"),
      requests: days("requests"),
      audit: days("audit"),
    },
  };
}

/** What `loadPrivacy` promises to the screen. */
export type PrivacyPage = Awaited<ReturnType<typeof loadPrivacy>>;

/** What an export answers. */
export interface Exported {
  readonly file?: SavedFile;
}

/** Everything that is held about the customer of a request, as a file. */
export async function exportFor(
  { db, vault, clock }: Pick<AppContext, "db" | "vault" | "clock">,
  shop: string,
  actor: string,
  id: string,
): Promise<ActionOutcome<Exported>> {
  const held = await exportCustomer({ db, vault, clock }, shop, id, actor);
  if (!held) {
    const message = "This request is no longer here. Reload the page.";
    return { ok: false, errors: [{ field: "", message }] };
  }
  const customerId = held["customerId"];
  const number = typeof customerId === "string" ? customerId.split("/").at(-1) : "by-e-mail";
  const text = stringifyLossless(held);
  const file: SavedFile = {
    name: `customer-${String(number)}.json`,
    type: "application/json",
    text,
  };
  return { ok: true, toast: "Export downloaded", file };
}
