import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataDomains } from "#app/data-domains.ts";
import { chooseRule } from "#app/ownership/choose-rule.ts";
import { parseRules } from "#app/ownership/index.server.ts";
import { foreignWritePolicies } from "#app/ownership/types.ts";
import { describeOrigin, withOwner } from "#app/routes/app.ownership/origin.ts";
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

describe("a rule that is left to the group", () => {
  const group = [{ domain: "pricing", owner: "sys_theirs", onForeignWrite: "revert" }] as const;
  const followed = { ...group[0], source: "group" };

  it("says what the group says, whether that was sent along or not", () => {
    for (const item of [followed, { domain: "pricing", source: "group" }])
      expect(parseRules([item], systems, group)).toEqual({ ok: true, rules: [followed] });
    const points = [{ domain: "loyalty", owner: "shopify", onForeignWrite: "flag" }] as const;
    const kept = { domain: "loyalty", source: "group", metafield: "crm.points" };
    expect(parseRules([kept], systems, points)).toEqual({
      ok: true,
      rules: [{ ...points[0], ...kept }],
    });
  });

  it.each([
    [{ ...followed, owner: "sys_1" }, group, "owner", /leave source out/],
    [{ ...followed, onForeignWrite: "flag" }, group, "onForeignWrite", /"revert"/],
    [{ ...followed, domain: "orders" }, group, "source", /no rule for this kind/],
    [{ ...followed, domain: "weather" }, group, "domain", /^Choose one of/],
    [followed, null, "source", /in no group/],
    [{ ...followed, source: "default" }, group, "source", /^Send "group"/],
    [{ ...followed, metafield: "a.b" }, group, "metafield", /leave it out/],
  ])("%j is refused, and the field is named", (item, rules, field, message) => {
    expect(parseRules([good, item], systems, rules)).toMatchObject({
      ok: false,
      errors: [
        { field: `items[1].${field}`, message: expect.stringMatching(message) as string },
        ...(field === "domain" ? [{ field: "items[1].source" }] : []),
      ],
    });
  });

  it("is the group's, and everything else the store's own", () => {
    const own = {
      owner: "sys_1",
      onForeignWrite: "accept",
      chosen: true,
      metafield: "a.b",
    } as const;
    const policies = fc.constantFrom(...foreignWritePolicies);
    const recorded = fc.record({
      owner: fc.constantFrom("shopify", "sys_1", "sys_2"),
      onForeignWrite: policies,
      chosen: fc.boolean(),
      metafield: fc.option(fc.constant("a.b")),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...dataDomains),
        fc.option(recorded, { nil: undefined }),
        fc.option(recorded, { nil: undefined }),
        (domain, mine, ofGroup) => {
          const rule = chooseRule(domain, mine, ofGroup);
          const said = ofGroup ?? mine ?? { owner: "shopify", onForeignWrite: "flag" };
          expect(rule).toMatchObject({ owner: said.owner, onForeignWrite: said.onForeignWrite });
          expect(rule.source).toBe(ofGroup === undefined ? undefined : "group");
          expect(rule.metafield).toBe(
            domain === "loyalty" ? (mine?.metafield ?? "loyalty.points") : undefined,
          );
        },
      ),
    );
    expect(chooseRule("orders", own, undefined).from).toBe("store");
    expect(chooseRule("orders", own, own).from).toBe("group");
    expect(chooseRule("orders", { ...own, chosen: false }, undefined).from).toBe("nature");
    const given = { ...own, owner: "shopify", chosen: false };
    expect(chooseRule("orders", given, undefined).from).toBe("default");
    expect(chooseRule("orders", undefined, undefined).from).toBe("default");
  });
});

describe("the ownership form", () => {
  it("leaves to the group what was chosen so, and takes it back", () => {
    const rule = { domain: "pricing", owner: "sys_1", onForeignWrite: "flag" } as const;
    const group = { domain: "pricing", owner: "sys_2", onForeignWrite: "revert" } as const;
    const left = withOwner(rule, "group", group);
    expect(left).toEqual({ ...group, source: "group" });
    const form = new FormData();
    for (const [name, value] of Object.entries(rulesFields([left]))) form.set(name, value);
    expect(readRulesForm(form).items[3]).toEqual({ domain: "pricing", source: "group" });
    expect(withOwner(left, "sys_1", group)).toEqual({ ...group, owner: "sys_1" });
    expect(withOwner(rule, "group", undefined)).toEqual(rule);
  });

  it("says where a rule comes from, and what the group says of it", () => {
    const rule = { domain: "pricing", owner: "sys_2", onForeignWrite: "flag" } as const;
    const group = { name: "Outdoor", rule, owner: "ERP (north)" };
    expect(describeOrigin("group", group)).toMatch(/^By the rule of the group “Outdoor”/);
    expect(describeOrigin("store", group)).toMatch(/goes before the group .* says: ERP \(north\)/);
    expect(describeOrigin("store", undefined)).toBe("This store's own choice.");
    expect(describeOrigin("default", undefined)).toMatch(/^Nobody has chosen/);
    expect(describeOrigin("nature", undefined)).toMatch(/system that was connected/);
  });

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
