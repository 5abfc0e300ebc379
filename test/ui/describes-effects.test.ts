import { expect, it } from "vitest";
import { describeEffects } from "#app/ui/replay-effects.tsx";

const none = { willDeliver: 0, superseded: 0, willWait: 0, deleted: 0, willProcess: 0 };

it("says what a replay would do, and nothing of what it would not", () => {
  expect(describeEffects(none)).toEqual([]);
  expect(describeEffects({ ...none, willDeliver: 1 })).toEqual(["1 change will be sent."]);
  expect(describeEffects({ ...none, willDeliver: 12, superseded: 3 })).toEqual([
    "12 changes will be sent.",
    "3 changes will not be sent: there is a newer version.",
  ]);
  expect(
    describeEffects({ willDeliver: 1, superseded: 1, willWait: 1, deleted: 1, willProcess: 1 }),
  ).toHaveLength(5);
});
