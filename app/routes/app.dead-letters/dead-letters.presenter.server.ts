import type { AppContext } from "#app/context.server.ts";
import {
  acknowledgeIssue,
  deadLetterTotals,
  discardDeadLetters,
  ignoreIssue,
  listDeadLetters,
  listIssues,
  replayDeadLetters,
} from "#app/delivery/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { formatCappedCount, formatCount } from "#app/ui/format/number.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { rowsPerPage } from "./form.ts";
import type { DeadLetterRequest } from "./form.ts";

/** A cursor is the plain id of a row; anything else would be an error in the database. */
const cursor = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One page of dead letters, of all systems or of one. */
export async function loadDeadLetters(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  shop: string,
  wanted: { readonly systemId: string | null; readonly after: string | null },
) {
  const { systemId } = wanted;
  const after = wanted.after !== null && cursor.test(wanted.after) ? wanted.after : null;
  const [view, systems, totals, page, issues] = await Promise.all([
    getShop(db, shop),
    listSystems(db, shop),
    deadLetterTotals(db, shop),
    listDeadLetters(db, shop, {
      limit: rowsPerPage,
      ...(after === null ? {} : { after }),
      ...(systemId === null ? {} : { systemId }),
    }),
    listIssues(db, shop),
  ]);
  const names = Object.fromEntries(systems.map((system) => [system.id, system.name]));
  const all = totals.deliveries + totals.events;
  const ofSystem = totals.bySystem.find((item) => item.systemId === systemId)?.count ?? 0;
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    systemId,
    systemNames: names,
    issues: issues.filter((issue) => systemId === null || issue.systemId === systemId),
    letters: page.items,
    next: page.next,
    count: systemId === null ? all : ofSystem,
    capped: totals.capped,
    views: [
      {
        label: `All ${formatCappedCount(all, totals.capped)}`,
        to: "/app/dead-letters",
        current: systemId === null,
      },
      ...totals.bySystem.map((item) => ({
        label: `${names[item.systemId] ?? "Removed system"} ${formatCount(item.count)}`,
        to: `/app/dead-letters?system=${encodeURIComponent(item.systemId)}`,
        current: systemId === item.systemId,
      })),
    ],
  };
}

/** Does what a person asked for; what was dealt with in the meantime is left alone. */
export async function actOnDeadLetters(
  { db, queue, clock }: Pick<AppContext, "db" | "queue" | "clock">,
  shop: string,
  actor: string,
  request: DeadLetterRequest,
): Promise<ActionOutcome> {
  if (request.intent === "discard") {
    const { count } = await discardDeadLetters(
      { db, clock },
      shop,
      actor,
      { ids: request.ids },
      request.reason,
    );
    return count > 0 ? { ok: true, toast: "Messages discarded" } : alreadyDone;
  }
  if (request.intent === "issue") {
    const acknowledge = request.decision === "acknowledge";
    const decide = acknowledge ? acknowledgeIssue : ignoreIssue;
    const issue = await decide({ db, clock }, shop, actor, request.issueId);
    if (issue === null) return alreadyDone;
    return { ok: true, toast: acknowledge ? "Issue is being looked after" : "Issue ignored" };
  }
  const selection =
    request.intent === "replay"
      ? { ids: request.ids }
      : {
          all: true as const,
          ...(request.systemId === null ? {} : { systemId: request.systemId }),
        };
  const { count } = await replayDeadLetters({ db, queue, clock }, shop, actor, selection);
  return count > 0 ? { ok: true, toast: "Replay queued" } : alreadyDone;
}

const alreadyDone: ActionOutcome = {
  ok: false,
  errors: [{ field: "", message: "Nothing was left to do: somebody was faster." }],
};
