import { describe, expect, it } from "vitest";
import { parseRules } from "#app/ownership/index.server.ts";
import { describePreview, missingScope } from "#app/routes/app.ownership/rule-row.tsx";
import { readRulesForm, rulesFields } from "#app/routes/app.ownership/form.ts";
import { readDecision, readStatus } from "#app/routes/app.discrepancies/form.ts";

const systems = new Set(["sys_1"]);
const good = { domain: "inventory", owner: "sys_1", onForeignWrite: "revert" };

describe("rules", () => {
  it("are read, and a foreign write is reported where nothing else is said", () => {
    const items = [good, { domain: "orders", owner: "shopify" }];
    expect(parseRules(items, systems)).toEqual({
      ok: true,
      rules: [good, { domain: "orders", owner: "shopify", onForeignWrite: "flag" }],
    });
  });

  it.each([
    [{ domain: "weather", owner: "shopify" }, "items[1].domain", /^Choose one of: inventory/],
    [{ ...good }, "items[1].domain", /^There is a rule/],
    [{ domain: "orders", owner: "sys_gone" }, "items[1].owner", /connected/],
    [{ domain: "orders", owner: null }, "items[1].owner", /connected/],
    [
      { domain: "orders", owner: "sys_1", onForeignWrite: "shout" },
      "items[1].onForeignWrite",
      /accept, flag, revert/,
    ],
    [
      { domain: "loyalty", owner: "sys_1", metafield: "points" },
      "items[1].metafield",
      /dot between/,
    ],
    [{ domain: "loyalty", owner: "sys_1", metafield: "a.b" }, "items[1].metafield", /dot between/],
    [{ domain: "loyalty", owner: "sys_1", metafield: 5 }, "items[1].metafield", /dot between/],
    [{ domain: "orders", owner: "sys_1", metafield: "a.b" }, "items[1].metafield", /leave it out/],
    ["a rule", "items[1]", /^A rule is an object/],
  ])("%j is refused, and the field is named", (item, field, message) => {
    expect(parseRules([good, item], systems)).toEqual({
      ok: false,
      errors: [{ field, message: expect.stringMatching(message) as string }],
    });
  });

  it("that are no list are refused", () => {
    expect(parseRules({}, systems)).toMatchObject({ ok: false, errors: [{ field: "items" }] });
  });
});

describe("the ownership form", () => {
  it("sends what it was given", () => {
    const form = new FormData();
    const rules = [{ domain: "inventory", owner: "sys_1", onForeignWrite: "revert" }] as const;
    for (const [name, value] of Object.entries(rulesFields(rules))) form.set(name, value);
    const { intent, items } = readRulesForm(form);
    expect(intent).toBe("save");
    expect(items).toHaveLength(7);
    expect(items[0]).toEqual(good);
    const points = { domain: "loyalty", owner: "sys_1", onForeignWrite: "revert" } as const;
    for (const [name, value] of Object.entries(
      rulesFields([{ ...points, metafield: "crm.points" }]),
    ))
      form.set(name, value);
    expect(readRulesForm(form).items.at(-1)).toEqual({ ...points, metafield: "crm.points" });
    // What is missing is for the room to refuse, by name.
    expect(items[1]).toEqual({ domain: "orders", owner: null, onForeignWrite: null });
  });

  it("says in one sentence what a rule would have led to", () => {
    const none = {
      domain: "inventory" as const,
      changes: 0,
      accepted: 0,
      flagged: 0,
      reverted: 0,
      counted: 0,
    };
    expect(describePreview(none)).toMatch(/no such change/);
    expect(describePreview({ ...none, changes: 3 })).toMatch(/none would have been/);
    expect(describePreview({ ...none, changes: 3, flagged: 2, counted: 1 })).toBe(
      "Of 3 changes among the last 1,000 events, 2 would have been reported, 1 would have been checked by counting the stock in Shopify.",
    );
  });
});

describe("a decision about a discrepancy", () => {
  const ask = (fields: Readonly<Record<string, string>>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return readDecision(form);
  };

  it("is read with its reason, or refused by the field's name", () => {
    expect(ask({ id: "d1", with: "owner", reason: " counted again " })).toEqual({
      ok: true,
      decision: { about: { ids: ["d1"] }, with: "owner", reason: "counted again" },
    });
    expect(ask({ id: "d1", with: "ignore", reason: " " })).toMatchObject({
      errors: [{ field: "reason" }],
    });
    expect(ask({ id: "d1", with: "ignore", reason: "x".repeat(201) })).toMatchObject({
      errors: [{ field: "reason" }],
    });
    expect(ask({ id: "d1", with: "burn", reason: "x" })).toMatchObject({ errors: [{ field: "" }] });
  });

  it("is asked of what is open when the address asks for nothing it knows", () => {
    expect([readStatus("resolved"), readStatus(null), readStatus("x")]).toEqual([
      "resolved",
      "open",
      "open",
    ]);
  });
});

describe("a rule", () => {
  it("needs the merchant's permission where a system owns what Converge may not write", () => {
    const rule = { domain: "products", owner: "sys_1", onForeignWrite: "flag" } as const;
    expect(missingScope(rule, ["read_products"])).toBe("write_products");
    expect(missingScope(rule, ["write_products"])).toBeUndefined();
    expect(missingScope({ ...rule, owner: "shopify" }, [])).toBeUndefined();
    expect(missingScope({ ...rule, domain: "loyalty" }, [])).toBe("write_customers");
  });
});
