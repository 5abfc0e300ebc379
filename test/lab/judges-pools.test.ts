import { expect, it } from "vitest";
import { judgePool, type PoolLedgers } from "./judge-pool.ts";

const pool = { quantity: 2, held: 0, buffer: 0, sum: 2, heldSum: 0, promised: 0 };
const right: PoolLedgers = { units: 120, sold: 118, pool, shown: [2, 2, 2], lowest: 0 };
const good = { lost: 0, appliedTwice: 0, belowZero: 0, converged: true };

it("finds nothing wrong where nothing is", () => {
  expect(judgePool(right)).toEqual(good);
});

it.each<[string, Partial<PoolLedgers>, object]>([
  ["a sale the pool never heard of", { sold: 119 }, { lost: 1 }],
  ["a sale that was counted twice", { sold: 117 }, { appliedTwice: 1 }],
  ["a ledger that is not the quantity", { pool: { ...pool, sum: 3 } }, { appliedTwice: 1 }],
  [
    "held units that no hold holds",
    { pool: { ...pool, held: 1, heldSum: 1 } },
    { appliedTwice: 1 },
  ],
  ["a store that shows something else", { shown: [2, 1, 2] }, { converged: false }],
  ["a write below zero", { lowest: -1 }, { belowZero: 1 }],
])("sees %s", (_what, wrong, seen) => {
  expect(judgePool({ ...right, ...wrong })).toMatchObject(seen);
});

it("lets a pool that was oversold be below nothing, and wants stores to show none", () => {
  const oversold = { ...pool, quantity: -4, sum: -4 };
  const ledgers = { ...right, sold: 124, pool: oversold };
  expect(judgePool({ ...ledgers, shown: [0, 0, 0] })).toEqual(good);
  expect(judgePool(ledgers).converged).toBe(false);
});
