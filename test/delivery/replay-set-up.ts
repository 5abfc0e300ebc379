import { runReplays } from "#app/delivery/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { holdJobs, type Rig } from "#test/worker/rig.ts";

/** The queue and the clock of a test that goes through a replay step by step. */
export interface Steps {
  /** What replays take, with a clock of its own. */
  readonly deps: Rig & { readonly queue: ReturnType<typeof holdJobs> };
  /** Lets time pass and runs what is planned, in one transaction; returns how many jobs there were. */
  step(passedMs: number, beforeCommit?: () => void): Promise<number>;
  /** Steps, a second at a time, until nothing is planned any more. Fails when that takes too long. */
  toTheEnd(): Promise<void>;
}

/** @see Steps */
export function createSteps(rig: Rig): Steps {
  const queue = holdJobs();
  let nowMs = Date.now();
  const deps = { ...rig, queue, clock: { now: () => nowMs } };
  const planned = () => queue.jobs.filter((job) => job.name === "run-replay");
  async function step(passedMs: number, beforeCommit: () => void = () => undefined) {
    nowMs += passedMs;
    const jobs = planned();
    const payloads = jobs.map((job) => job.payload as JobPayload<"run-replay">);
    await rig.db.transaction(async (tx) => {
      await runReplays({ clock: deps.clock, enqueue: queue.enqueue }, tx, payloads);
      beforeCommit();
    });
    for (const job of jobs) queue.jobs.splice(queue.jobs.indexOf(job), 1);
    return jobs.length;
  }
  return {
    deps,
    step,
    toTheEnd: async () => {
      for (let seconds = 0; (await step(1_000)) > 0; seconds += 1)
        if (seconds > 600) throw new Error("the replay does not end");
    },
  };
}
