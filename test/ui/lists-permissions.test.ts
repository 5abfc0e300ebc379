import { expect, test } from "vitest";
import { permissionsOf } from "#app/routes/app.store/permissions.ts";
import { installScopes } from "#app/shops/types.ts";

const missing = (granted: readonly string[], owners: Record<string, string> = {}) =>
  permissionsOf(
    granted,
    (["orders", "products", "pricing", "loyalty"] as const).map((domain) => ({
      domain,
      owner: owners[domain] ?? "shopify",
    })),
  ).flatMap(({ scope, granted }) => (granted ? [] : [scope]));

test("a store that allowed what the installation asks for misses nothing", () => {
  expect(missing(installScopes)).toEqual([]);
});

test("who may write may also read, which Shopify leaves out of its list", () => {
  const granted = ["write_products", "write_inventory", "read_locations", "write_orders"];
  expect(missing([...granted, "read_customers", "read_fulfillments"])).toEqual([]);
});

test("the right to write is needed where a system owns the data, once", () => {
  expect(missing(installScopes, { orders: "erp", products: "pim", pricing: "pim" })).toEqual([
    "write_orders",
    "write_products",
  ]);
});

test("what is missing comes first, in the merchant's words", () => {
  const [first] = permissionsOf([], [{ domain: "orders", owner: "erp" }]);
  expect(first).toMatchObject({ granted: false, use: "See products and prices" });
  const all = permissionsOf([], [{ domain: "orders", owner: "erp" }]);
  expect(all.filter(({ use, scope }) => use === scope)).toEqual([]);
});
