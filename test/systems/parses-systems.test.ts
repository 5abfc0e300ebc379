import { describe, expect, it } from "vitest";
import { parseNewSystem } from "#app/systems/index.server.ts";

const good = {
  name: " Warehouse ",
  kind: "wms",
  url: "https://example.com/hook",
  domains: ["inventory"],
};

const parse = (changes: Record<string, unknown>, allowPrivate = false) =>
  parseNewSystem({ ...good, ...changes }, { allowPrivate });

describe("a new system", () => {
  it("gets the defaults of the contract for what it does not say", () => {
    expect(parse({})).toEqual({
      ok: true,
      value: {
        ...good,
        name: "Warehouse",
        deliveryPolicy: {
          mode: "latest",
          maxAttempts: 10,
          baseDelayMs: 2_000,
          maxDelayMs: 3_600_000,
          timeoutMs: 10_000,
          concurrency: 8,
        },
        circuitPolicy: {
          minimumRequests: 10,
          failurePercent: 70,
          windowSeconds: 300,
          probeAfterMs: 30_000,
        },
        comparison: {},
      },
    });
  });

  it("may be impatient", () => {
    const result = parse({ deliveryPolicy: { maxAttempts: 1, baseDelayMs: 1, timeoutMs: 100 } });
    expect(result).toMatchObject({ ok: true, value: { deliveryPolicy: { maxAttempts: 1 } } });
  });

  it.each([
    ["no name", { name: "  " }, "name", "Give the system a name."],
    ["a name without end", { name: "x".repeat(81) }, "name", "A name has at most 80 characters."],
    ["an unknown kind", { kind: "toaster" }, "kind", /^Choose one of: wms, erp/],
    ["no domains", { domains: [] }, "domains", "Choose at least one kind of data."],
    ["an unknown domain", { domains: ["weather"] }, "domains.0", /^Choose from: inventory/],
    ["no address", { url: "" }, "url", /^This is not a web address/],
    ["plain http", { url: "http://example.com" }, "url", /must start with https/],
    ["a private address", { url: "https://10.0.0.7/" }, "url", /is private/],
    ["loopback in disguise", { url: "https://0x7f.1/" }, "url", /is private/],
    [
      "a password in the address",
      { url: "https://a:b@example.com" },
      "url",
      /user name or password/,
    ],
    [
      "a policy beyond its bounds",
      { deliveryPolicy: { maxAttempts: 0 } },
      "deliveryPolicy.maxAttempts",
      /1/,
    ],
  ] as const)("with %s is refused, naming the field", (_case, changes, field, message) => {
    const result = parse(changes);
    const error = result.ok ? undefined : result.errors.find((item) => item.field === field);
    expect(error?.message).toMatch(message);
  });

  it("with several mistakes hears of all of them at once", () => {
    const result = parse({ name: "", domains: [], url: "ftp://example.com" });
    expect(result.ok ? [] : result.errors.map((error) => error.field)).toEqual([
      "name",
      "url",
      "domains",
    ]);
  });

  it("may be private and plain where the installation allows it", () => {
    expect(parse({ url: "http://127.0.0.1:4101/webhooks" }, true).ok).toBe(true);
    expect(parse({ url: "ftp://127.0.0.1/" }, true).ok).toBe(false);
  });
});

describe("how a system is compared", () => {
  it("names our fields as the system does, and says how far numbers may be apart", () => {
    const comparison = {
      inventory: { names: { sku: "item", available: " qty " }, within: { available: "2" } },
      pricing: { within: { price: 0.01 } },
    };
    expect(parse({ comparison })).toMatchObject({
      ok: true,
      value: {
        comparison: {
          inventory: { names: { sku: "item", available: "qty" }, within: { available: 2 } },
          pricing: { names: {}, within: { price: 0.01 } },
        },
      },
    });
  });

  it.each([
    [{ loyalty: {} }, "comparison.loyalty"],
    [{ stock: {} }, "comparison.stock"],
    [{ inventory: { names: { price: "p" } } }, "comparison.inventory.names.price"],
    [{ inventory: { names: { available: " " } } }, "comparison.inventory.names.available"],
    [
      { inventory: { names: { sku: "x", available: "x" } } },
      "comparison.inventory.names.available",
    ],
    [{ inventory: { within: { available: 1.5 } } }, "comparison.inventory.within.available"],
    [{ inventory: { within: { available: -1 } } }, "comparison.inventory.within.available"],
    [{ inventory: { within: { available: "few" } } }, "comparison.inventory.within.available"],
    [{ products: { within: { title: 1 } } }, "comparison.products.within.title"],
    [{ inventory: { tolerance: {} } }, "comparison.inventory.tolerance"],
  ])("refuses %j at %s", (comparison, field) => {
    const result = parse({ comparison });
    expect(result.ok ? [] : result.errors.map((error) => error.field)).toEqual([field]);
  });
});
