import type { AppContext } from "#app/context.server.ts";
import {
  acknowledgeIssue,
  cancelReplay,
  type DeadLetterSelection,
  deadLetterTotals,
  discardDeadLetters,
  ignoreIssue,
  listDeadLetters,
  listIssues,
  listReplays,
  pauseReplay,
  previewReplay,
  reopenIssue,
  replayDeadLetters,
  resumeReplay,
} from "#app/delivery/index.server.ts";
import type { ReplayEffects, ReplayView } from "#app/delivery/types.ts";
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
  const [view, systems, totals, page, issues, replays] = await Promise.all([
    getShop(db, shop),
    listSystems(db, shop),
    deadLetterTotals(db, shop),
    listDeadLetters(db, shop, {
      limit: rowsPerPage,
      ...(after === null ? {} : { after }),
      ...(systemId === null ? {} : { systemId }),
    }),
    listIssues(db, shop, {
      states: ["open", "acknowledged", "ignored"],
      ...(systemId === null ? {} : { systemId }),
    }),
    listReplays(db, shop),
  ]);
  const nowMs = clock.now();
  const names = Object.fromEntries(systems.map((system) => [system.id, system.name]));
  const all = totals.deliveries + totals.events;
  const ofSystem = totals.bySystem.find((item) => item.systemId === systemId)?.count ?? 0;
  return {
    loadedMs: nowMs,
    timeZone: view?.timeZone ?? null,
    systemId,
    systemNames: names,
    // What is ignored is shown while something failed is left of it, behind what needs a person.
    issues: [
      ...issues.items.filter((issue) => issue.state !== "ignored"),
      ...issues.items.filter((issue) => issue.state === "ignored" && issue.resources > 0),
    ],
    replays: replays.items.filter((replay) => isOfInterest(replay, nowMs)),
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

/** What ended stays on the screen for so long, so that one sees how it ended. */
const endedShownMs = 10 * 60_000;

function isOfInterest({ status, finishedAt, total }: ReplayView, nowMs: number): boolean {
  if (status === "running" || status === "paused") return true;
  // A few are gone before one can look; the toast says enough.
  return total > 25 && finishedAt !== null && nowMs - Date.parse(finishedAt) < endedShownMs;
}

/** What a replay would do, when that was asked. */
export interface Previewed {
  readonly preview?: { readonly count: number; readonly effects: ReplayEffects };
}

type Deps = Pick<AppContext, "db" | "queue" | "clock">;

/** Does what a person asked for; what was dealt with in the meantime is left alone. */
export async function actOnDeadLetters(
  deps: Deps,
  shop: string,
  actor: string,
  request: DeadLetterRequest,
): Promise<ActionOutcome<Previewed>> {
  switch (request.intent) {
    case "discard": {
      const { ids, reason } = request;
      const { count } = await discardDeadLetters(deps, shop, actor, { ids }, reason);
      return count > 0 ? { ok: true, toast: "Messages discarded" } : alreadyDone;
    }
    case "issue": {
      const { decide, to, toast } = issueDecisions[request.decision];
      const issue = await decide(deps, shop, actor, request.issueId);
      return issue?.state === to ? { ok: true, toast } : alreadyDone;
    }
    case "steer": {
      const { steer, to, toast } = steering[request.decision];
      const replay = await steer(deps, shop, actor, request.replayId);
      return replay?.status === to ? { ok: true, toast } : alreadyDone;
    }
    case "preview":
      return {
        ok: true,
        toast: null,
        preview: await previewReplay(deps.db, shop, everythingOf(request.systemId)),
      };
    case "replay":
      return replay(deps, shop, actor, { ids: request.ids });
    case "replay-all":
      return replay(deps, shop, actor, everythingOf(request.systemId));
  }
}

const issueDecisions = {
  acknowledge: {
    decide: acknowledgeIssue,
    to: "acknowledged",
    toast: "Issue is being looked after",
  },
  ignore: { decide: ignoreIssue, to: "ignored", toast: "Issue ignored" },
  reopen: { decide: reopenIssue, to: "open", toast: "Issue opened again" },
} as const;

const steering = {
  pause: { steer: pauseReplay, to: "paused", toast: "Replay paused" },
  resume: { steer: resumeReplay, to: "running", toast: "Replay resumed" },
  cancel: { steer: cancelReplay, to: "cancelled", toast: "Replay cancelled" },
} as const;

function everythingOf(systemId: string | null): DeadLetterSelection {
  return { all: true, ...(systemId === null ? {} : { systemId }) };
}

async function replay(
  deps: Deps,
  shop: string,
  actor: string,
  selection: DeadLetterSelection,
): Promise<ActionOutcome> {
  const { count } = await replayDeadLetters(deps, shop, actor, selection);
  return count > 0 ? { ok: true, toast: "Replay queued" } : alreadyDone;
}

const alreadyDone: ActionOutcome = {
  ok: false,
  errors: [{ field: "", message: "Nothing was left to do: somebody was faster." }],
};
