import { expect, it } from "vitest";
import { describeAlert } from "#app/alerts/describe-alert.ts";

const breach = (stalenessSeconds: number) =>
  describeAlert({
    kind: "sla_breach",
    subject: "inventory sys_1",
    domain: "inventory",
    systemId: "sys_1",
    detail: { name: "Warehouse", stalenessSeconds, breachAfterSeconds: 60 },
  }).summary;

it("a breach names the age and what was agreed", () => {
  expect(breach(84)).toBe("Stock levels in Warehouse: 84 s behind; at most 60 s was agreed.");
});

it("a breach that is not over yet does not call a younger age too old", () => {
  expect(breach(53)).toBe(
    "Stock levels in Warehouse: behind by more than the agreed 60 s, and not caught up yet (53 s).",
  );
});
