import { describe, expect, it } from "vitest";
import { parseGroupRules } from "#app/ownership/parse-group-rules.ts";
import { readGroupRequest } from "#app/routes/app.store-group/form.ts";
import { draftsOf, fieldOf, itemsOf } from "#app/routes/app.store-group/rule-drafts.ts";

const systems = new Map([["sys_1", "north.myshopify.com"]]);
const good = { domain: "pricing", owner: "sys_1", onForeignWrite: "revert" };

describe("the rules of a group", () => {
  it("know whose system owns; in the others each store's own Shopify does", () => {
    expect(parseGroupRules([good, { domain: "orders", owner: "shopify" }], systems)).toEqual({
      ok: true,
      rules: [
        { ...good, ownerShop: "north.myshopify.com" },
        { domain: "orders", owner: "shopify", ownerShop: null, onForeignWrite: "flag" },
      ],
    });
  });

  it.each([
    [{ ...good, domain: "weather" }, "items[1].domain", /^Choose one of: inventory/],
    [good, "items[1].domain", /^There is a rule/],
    [{ domain: "orders", owner: "sys_gone" }, "items[1].owner", /a store of the group/],
    [{ domain: "orders" }, "items[1].owner", /a store of the group/],
    [
      { domain: "orders", owner: "shopify", onForeignWrite: "shout" },
      "items[1].onForeignWrite",
      /accept, flag, revert/,
    ],
    [{ domain: "loyalty", owner: "shopify", metafield: "a.b" }, "items[1].metafield", /Each store/],
    [null, "items[1]", /^A rule is an object/],
  ])("%j is refused, and the field is named", (item, field, message) => {
    expect(parseGroupRules([good, item], systems)).toEqual({
      ok: false,
      errors: [{ field, message: expect.stringMatching(message) as string }],
    });
  });

  it("that are no list are refused", () => {
    expect(parseGroupRules("all", systems)).toMatchObject({ errors: [{ field: "items" }] });
  });
});

describe("the form of a group's rules", () => {
  it("sends what the group says something of, and finds the errors again", () => {
    const followedBy = ["south.myshopify.com"];
    const rule = { domain: "pricing", owner: "sys_1", onForeignWrite: "accept" } as const;
    const drafts = draftsOf([{ ...rule, followedBy }]);
    expect(drafts).toHaveLength(7);
    expect(itemsOf(drafts)).toEqual([rule]);
    expect(fieldOf(drafts, "pricing", "owner")).toBe("items[0].owner");
    const form = new FormData();
    form.set("intent", "rules");
    form.set("items", JSON.stringify(itemsOf(drafts)));
    expect(readGroupRequest(form)).toEqual({
      ok: true,
      request: { intent: "rules", items: [rule] },
    });
  });
});
