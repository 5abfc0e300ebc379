import { expect, it } from "vitest";
import { asDraft, asOrderRules, readOrderHoldRequest } from "#app/routes/app.order-holds/form.ts";

const formOf = (fields: Record<string, string>) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
};

it("what is saved is shown again as it was", () => {
  const rules = [
    {
      name: "rings",
      when: { kind: "sku", skus: ["RING-1", "RING-2"] },
      participants: ["sys_1"],
      ttlSeconds: 90,
      onSilence: "release",
    },
    {
      name: "big",
      when: { kind: "total", atLeast: "1000", currency: "EUR" },
      participants: ["sys_1", "sys_2"],
      ttlSeconds: 3_600,
      onSilence: "keep",
    },
  ] as const;
  expect(asOrderRules(rules.map((rule) => asDraft(rule, "EUR")))).toEqual(rules);
});

it("what somebody typed is read with its blanks and commas, and a number that is none stays one", () => {
  const draft = {
    name: " vip ",
    kind: "tag",
    amount: "",
    currency: "eur",
    list: " vip,, wholesale , ",
    participants: [],
    minutes: "soon",
    onSilence: "keep",
  } as const;
  const total = { ...draft, kind: "total", amount: " 5 " } as const;
  expect(asOrderRules([draft, total])).toEqual([
    {
      name: "vip",
      when: { kind: "tag", tags: ["vip", "wholesale"] },
      participants: [],
      ttlSeconds: NaN,
      onSilence: "keep",
    },
    expect.objectContaining({ when: { kind: "total", atLeast: "5", currency: "EUR" } }),
  ]);
});

it("what Converge did not send itself is refused", () => {
  expect(readOrderHoldRequest(formOf({ intent: "release", id: "1" }))).toEqual({
    ok: true,
    request: { intent: "release", id: "1" },
  });
  for (const fields of [{ intent: "save", drafts: "{" }, { intent: "save" }, { intent: "burn" }])
    expect(readOrderHoldRequest(formOf(fields))).toMatchObject({ ok: false });
});
