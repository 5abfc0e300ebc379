import type { AppContext } from "#app/context.server.ts";
import {
  countDoubts,
  findArticles,
  groupOf,
  keepApart,
  linkByRule,
  listLinks,
  tieArticle,
} from "#app/coordination/index.server.ts";
import type { LinkedArticle, LinkState } from "#app/coordination/types.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import type { LinkRequest } from "./form.ts";

/** Articles read at a time. */
const rowsPerPage = 50;

/** One page of the group's articles, and which article of this store each is. */
export async function loadLinks(
  { db, vault, clock }: Pick<AppContext, "db" | "vault" | "clock">,
  shop: string,
  wanted: {
    readonly state: LinkState;
    readonly search: string;
    readonly after: string | null;
  },
) {
  const [view, group, doubts, links] = await Promise.all([
    getShop(db, shop),
    groupOf(db, shop),
    countDoubts(db, shop),
    listLinks({ db, vault }, shop, { limit: rowsPerPage, ...wanted }),
  ]);
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    group,
    state: wanted.state,
    search: wanted.search,
    doubts,
    rows: links?.items ?? [],
    next: links?.next ?? null,
  };
}

/** What `loadLinks` promises to the screen. */
export type LinksPage = Awaited<ReturnType<typeof loadLinks>>;

/** What an action may bring beside its toast: articles that were found. */
export interface LinkNews {
  readonly found?: readonly LinkedArticle[];
}

const toasts = {
  tie: "Article linked",
  apart: "Article unlinked",
  rule: "Link requested",
} as const;

/** Does what a person asked for. */
export async function actOnLinks(
  { queue, ...context }: Pick<AppContext, "db" | "vault" | "clock" | "queue">,
  caller: { readonly shop: string; readonly actor: string },
  request: LinkRequest,
): Promise<ActionOutcome<LinkNews>> {
  const deps = { ...context, enqueue: queue.enqueue };
  const refuse = (field: string, message: string) => ({
    ok: false as const,
    errors: [{ field, message }],
  });
  if (request.intent === "find") {
    const found = await findArticles(context, caller.shop, request.text);
    if (found.length === 0)
      return refuse("text", `No article of this store has the SKU or barcode “${request.text}”.`);
    return { ok: true, toast: null, found };
  }
  const done =
    request.intent === "tie"
      ? await tieArticle(deps, caller, request.poolId, request.itemId)
      : request.intent === "apart"
        ? await keepApart(deps, caller, request.poolId)
        : await linkByRule(deps, caller, request.poolId);
  if (done.outcome === "done") return { ok: true, toast: toasts[request.intent] };
  return refuse(
    "",
    done.outcome === "refused"
      ? done.why
      : "The group has no such article any more. Reload the page.",
  );
}
