import { expect, test } from "vitest";
import { applyToAsks, closeAsk, openAsk, openAsks } from "./asks.ts";

const shop = "north.myshopify.com";
const requested = (id: string, version = "2026-11-23T10:00:00Z") => ({
  id: `evt_${id}`,
  type: "hold.requested",
  shop,
  resource: { type: "Hold", id, version },
  data: { expiresAt: "2026-11-24T10:00:00Z" },
});

test("only the newest asks are kept, whatever arrives", () => {
  const asks = new Map();
  for (let index = 0; index < 1_200; index += 1) applyToAsks(asks, requested(`hold_${index}`));
  const kept = openAsks(asks, "2026-11-23T10:00:00Z");
  expect(kept).toHaveLength(500);
  expect(kept.at(-1)?.holdId).toBe("hold_1199");
});

test("a request told again, with a newer version too, does not ask for a second answer", () => {
  const asks = new Map();
  applyToAsks(asks, requested("hold_1"));
  closeAsk(asks, shop, "hold_1");
  expect(applyToAsks(asks, requested("hold_1", "2026-11-23T10:00:01Z"))).toBe(false);
  expect(openAsk(asks, shop, "hold_1")).toBeUndefined();
});
