import fc from "fast-check";

/** The part of a rig that works off jobs, and dies in between. */
interface Worker {
  step(): Promise<unknown>;
  dieAfter(steps: number): void;
  restore(): void;
}

/**
 * What workers do in any history of a group: some jobs, or some steps of them and then death.
 * `command` makes what a test runs and checks.
 */
export function workerCommands<Command>(
  worker: () => Worker,
  command: (name: string, act: () => Promise<void>) => Command,
): fc.Arbitrary<Command>[] {
  const some = fc.integer({ min: 1, max: 6 });
  const work = async (steps: number) => {
    for (let step = 0; step < steps; step += 1) await worker().step();
  };
  return [
    some.map((steps) => command(`run ${String(steps)} jobs`, () => work(steps))),
    some.map((steps) =>
      command(`die after ${String(steps)} steps`, async () => {
        worker().dieAfter(steps);
        await work(4);
        worker().restore();
      }),
    ),
  ];
}
