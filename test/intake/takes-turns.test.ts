import { expect, it } from "vitest";
import { takeTurns } from "#app/intake/take-turns.ts";

const turnOfTheEventLoop = () => new Promise((resolve) => setImmediate(resolve));

it("lets a few go on per turn of the event loop, in order of arrival", async () => {
  const myTurn = takeTurns(2);
  const gone: number[] = [];
  for (const number of [1, 2, 3, 4, 5]) void myTurn().then(() => gone.push(number));
  const seen: number[][] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    await turnOfTheEventLoop();
    seen.push([...gone]);
  }
  expect(seen).toEqual([
    [1, 2],
    [1, 2, 3, 4],
    [1, 2, 3, 4, 5],
  ]);
});

it("starts again after a quiet time", async () => {
  const myTurn = takeTurns(1);
  await myTurn();
  await turnOfTheEventLoop();
  await expect(Promise.all([myTurn(), myTurn()])).resolves.toHaveLength(2);
});
