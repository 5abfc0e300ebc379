import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  createLanes,
  fanOutChanges,
  type Lanes,
  listDeadLetters,
  replayDeadLetters,
  replayEvent,
} from "#app/delivery/index.server.ts";
import type { Egress, EgressAnswer } from "#app/egress/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { pauseSystem, resumeSystem } from "#app/systems/index.server.ts";
import { createWorkbench, type Workbench } from "#test/processing/workbench.ts";
import { createRig, holdJobs, type Rig } from "#test/worker/rig.ts";
import { stockBody } from "#test/worker/webhooks.ts";
import { type ConnectedSystem, connectSystem } from "./publish.ts";

/**
 * The whole way from the door to the receiver, whatever happens on it: webhooks in any order and
 * number, jobs that run late, twice and in any order, two workers of which one is started anew, a
 * receiver that fails in every way, and a merchant who pauses, resumes and replays meanwhile.
 */

let rig: Rig;
let bench: Workbench;
const workers: Lanes[] = [];

beforeAll(async () => {
  rig = await createRig();
  bench = createWorkbench(rig);
  workers.push(startWorker(), startWorker());
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop(5_000)));
  await rig.close();
});

/** What a receiver does with a request that reached it; it has read the body in any case. */
const reactions = ["takes", "fails", "refuses", "asks to wait", "answers too late"] as const;
type Reaction = (typeof reactions)[number];

const answers: Readonly<Record<Reaction, EgressAnswer>> = {
  takes: { kind: "answered", status: 200, retryAfter: null, text: "" },
  fails: { kind: "answered", status: 500, retryAfter: null, text: "" },
  refuses: { kind: "answered", status: 422, retryAfter: null, text: "" },
  "asks to wait": { kind: "answered", status: 429, retryAfter: "0", text: "" },
  "answers too late": { kind: "failed", reason: "The system did not answer in time." },
};

/** What a receiver saw of one record, in the order it came. */
interface Seen {
  readonly arrived: number[];
  readonly taken: number[];
  open: number;
  mostAtOnce: number;
}

/** A receiver's side: what it will do next, and what it has seen. */
interface Side {
  readonly plan: Reaction[];
  readonly seen: Map<string, Seen>;
}

const sides = new Map<string, Side>();

const egress: Pick<Egress, "post"> = {
  post: async ({ url, body }) => {
    const { resource } = JSON.parse(body) as { resource: { id: string; version: string } };
    const side = sides.get(url);
    if (!side) throw new Error(`nobody is at ${url}`);
    const seen = side.seen.get(resource.id) ?? { arrived: [], taken: [], open: 0, mostAtOnce: 0 };
    side.seen.set(resource.id, seen);
    const versionMs = Date.parse(resource.version);
    seen.arrived.push(versionMs);
    seen.open += 1;
    seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.open);
    await sleep(versionMs % 3);
    seen.open -= 1;
    const reaction = side.plan.shift() ?? "takes";
    if (reaction === "takes") seen.taken.push(versionMs);
    return answers[reaction];
  },
};

function startWorker(): Lanes {
  return createLanes({ ...rig, egress: { ...rig.egress, ...egress } });
}

const startMs = Date.parse("2026-11-23T10:00:00Z");
const records = 2;

/** One thing that happens on the way. */
const steps = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant("arrive"), which: fc.nat(7) }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("process"), which: fc.constant(0) }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("fan out"), which: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("fan out again"), which: fc.nat(5) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom(
        "pause",
        "resume",
        "replay all dead",
        "replay one dead",
        "replay event",
        "wait",
        "restart",
      ),
      which: fc.nat(7),
    }),
  },
);

interface Line {
  readonly system: ConnectedSystem;
  readonly done: JobPayload<"fan-out-changes">[];
}

const actor = "user:1";

async function happen({ system, done }: Line, does: string, which: number): Promise<void> {
  const { shop, id } = system;
  const deps = { ...rig, queue: holdJobs() };
  switch (does) {
    case "arrive": {
      // Each version once: four of each record, the same one again whenever it is chosen again.
      const second = Math.floor(which / records) + 1;
      const updatedAt = new Date(startMs + second * 1_000).toISOString();
      const level = (which % records) + 1;
      await bench.receive({
        shop,
        topic: "inventory_levels/update",
        body: stockBody(level, second, updatedAt),
      });
      return;
    }
    case "process":
      return bench.run();
    case "fan out":
      return fanOut(done, which, true);
    case "fan out again":
      return fanOut(done, which, false);
    case "pause":
      return void (await pauseSystem(rig, shop, actor, id));
    case "resume":
      return void (await resumeSystem(rig, shop, actor, id));
    case "replay all dead":
      return void (await replayDeadLetters(deps, shop, actor, { all: true }));
    case "replay one dead": {
      const { items } = await listDeadLetters(rig.db, shop, { limit: 8 });
      const ids = items.slice(which, which + 1).map((letter) => letter.id);
      return void (await replayDeadLetters(deps, shop, actor, { ids }));
    }
    case "replay event": {
      const events = await bench.events(shop);
      const event = events[which % Math.max(1, events.length)];
      if (event) await replayEvent(deps, shop, actor, event.id);
      return;
    }
    case "restart": {
      const worker = workers.shift();
      workers.push(startWorker());
      return worker?.stop(1_000);
    }
    default:
      await sleep(which);
  }
}

/** Runs a waiting job of fanning out, or one that ran before once more. */
async function fanOut(
  done: JobPayload<"fan-out-changes">[],
  which: number,
  isNew: boolean,
): Promise<void> {
  const waiting = bench.jobs.filter((job) => job.name === "fan-out-changes");
  const job = waiting[which % Math.max(1, waiting.length)];
  const payload = isNew
    ? (job?.payload as JobPayload<"fan-out-changes"> | undefined)
    : done[which % Math.max(1, done.length)];
  if (!payload) return;
  if (isNew && job) bench.jobs.splice(bench.jobs.indexOf(job), 1);
  done.push(payload);
  await rig.db.transaction((tx) => fanOutChanges(rig, tx, [payload]));
}

/** Everything that waits is worked off; the receiver takes whatever comes now. */
async function comeToRest(line: Line, side: Side): Promise<void> {
  await bench.run();
  while (bench.jobs.some((job) => job.name === "fan-out-changes")) await happen(line, "fan out", 0);
  side.plan.length = 0;
  await happen(line, "resume", 0);
  await atRest(line.system.shop);
  await happen(line, "replay all dead", 0);
  await atRest(line.system.shop);
}

/** What a receiver's side has to look like in the end. */
async function check({ system }: Line, side: Side, mode: string): Promise<void> {
  const changes = await bench.changes(system.shop);
  expect(new Set(side.seen.keys())).toEqual(new Set(changes.map((change) => change.resourceId)));
  for (const [id, { arrived, taken, mostAtOnce }] of side.seen) {
    // Who wants every change gets a failed one again, though a newer one has failed meanwhile, too.
    const seen = mode === "latest" ? arrived : taken;
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(mostAtOnce).toBe(1);
    const newest = changes.filter((change) => change.resourceId === id).at(-1);
    expect(taken.at(-1)).toBe(Date.parse(newest?.version ?? ""));
  }
}

async function atRest(shop: string): Promise<void> {
  const unfinished = () =>
    rig.db.query(
      `SELECT 1 FROM deliveries WHERE shop = $1
         AND status IN ('pending', 'delivering', 'retrying', 'waiting') LIMIT 1`,
      [shop],
    );
  await expect
    .poll(async () => (await unfinished()).rows, { timeout: 10_000, interval: 10 })
    .toEqual([]);
}

let lines = 0;

async function openLine(mode: string, plan: Reaction[]): Promise<[Line, Side]> {
  lines += 1;
  const url = `http://127.0.0.1:9/${String(lines)}`;
  const side: Side = { plan, seen: new Map() };
  sides.set(url, side);
  const system = await connectSystem(rig, await rig.installedShop(), url, {
    policy: { mode, maxAttempts: 2, baseDelayMs: 1, maxDelayMs: 2, timeoutMs: 1_000 },
    circuit: { minimumRequests: 4, failurePercent: 60, windowSeconds: 60, probeAfterMs: 10 },
  });
  return [{ system, done: [] }, side];
}

it("no receiver ever sees an older version after a newer one, and the last it takes is the newest", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("every", "latest"),
      fc.array(fc.constantFrom(...reactions), { maxLength: 20 }),
      fc.array(steps, { minLength: 5, maxLength: 40 }),
      async (mode, plan, history) => {
        bench.jobs.length = 0;
        const [line, side] = await openLine(mode, [...plan]);
        for (const { does, which } of history) await happen(line, does, which);
        await comeToRest(line, side);
        await check(line, side, mode);
        // It has nothing to say in the next one.
        await rig.db.query("UPDATE systems SET deleted_at = now() WHERE id = $1", [line.system.id]);
      },
    ),
    { numRuns: 12 },
  );
}, 120_000);
