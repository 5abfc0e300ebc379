import { expect, it } from "vitest";
import { salesChart, salesFromMs } from "#app/routes/app.inventory.$id/sales.ts";

/** Who sold how much of an article, hour by hour, as its screen draws it. */

const nowMs = Date.UTC(2026, 10, 27, 14, 20);
const at = (hour: number, day = 27) => new Date(Date.UTC(2026, 10, day, hour)).toISOString();
const sold = (shop: string, hour: number, units: number, day = 27) => ({
  shop: `${shop}.myshopify.com`,
  at: at(hour, day),
  units,
});

it("has every hour of the last day, the present one last, and the busiest store first", () => {
  const chart = salesChart(
    [sold("north", 13, 2), sold("south", 13, 5), sold("north", 14, 1)],
    nowMs,
  );
  expect(new Date(salesFromMs(nowMs)).toISOString()).toBe(at(15, 26));
  expect(chart.points).toHaveLength(24);
  expect(chart.points[0]).toEqual({ at: at(15, 26), counts: {} });
  expect(chart.points.slice(-2)).toEqual([
    { at: at(13), counts: { "north.myshopify.com": 2, "south.myshopify.com": 5 } },
    { at: at(14), counts: { "north.myshopify.com": 1 } },
  ]);
  expect(chart.keys.map(({ label }) => label)).toEqual(["south", "north"]);
  expect(chart.sums).toEqual([
    { label: "south", units: 5 },
    { label: "north", units: 3 },
  ]);
});

it("gathers the stores that sold least where there are many", () => {
  const shops = ["a", "b", "c", "d", "e", "f"];
  const { keys, points, sums } = salesChart(
    shops.map((shop, index) => sold(shop, 14, 10 - index)),
    nowMs,
  );
  expect(keys.map(({ label }) => label)).toEqual(["a", "b", "c", "d", "Other stores"]);
  expect(points.at(-1)?.counts["others"]).toBe(5 + 6);
  expect(sums).toHaveLength(6);
});

it("leaves out what is of before or of an hour to come", () => {
  const { points } = salesChart([sold("north", 14, 3, 26), sold("north", 15, 3)], nowMs);
  expect(points.every(({ counts }) => Object.keys(counts).length === 0)).toBe(true);
});
