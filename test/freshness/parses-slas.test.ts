import { describe, expect, it } from "vitest";
import { parseSlas } from "#app/freshness/parse-slas.ts";

const systems = new Set(["sys_1"]);
const good = {
  domain: "inventory",
  warnAfterSeconds: 5,
  breachAfterSeconds: 10,
  targetPercent: 99.5,
  windowDays: 7,
  syncMethod: "webhook_and_polling",
  pollEverySeconds: 1,
};

describe("SLAs", () => {
  it("are read; one of a system stands beside that of the store", () => {
    const own = { ...good, system: "sys_1" };
    expect(parseSlas([{ ...good, system: null, colour: "red" }, own], systems)).toEqual({
      ok: true,
      slas: [good, own],
    });
  });

  it.each([
    [{ domain: "weather" }, "domain", /^Choose one of: inventory/],
    [{ domain: "inventory" }, "domain", /already/],
    [{ system: "sys_gone" }, "system", /connected/],
    [{ system: 7 }, "system", /connected/],
    [{ warnAfterSeconds: 0 }, "warnAfterSeconds", /whole seconds, from 1/],
    [{ breachAfterSeconds: 4 }, "breachAfterSeconds", /after the warning/],
    [{ breachAfterSeconds: 10.5 }, "breachAfterSeconds", /whole seconds/],
    [{ breachAfterSeconds: 1e12 }, "breachAfterSeconds", /whole seconds/],
    [{ targetPercent: 0 }, "targetPercent", /above 0/],
    [{ targetPercent: 101 }, "targetPercent", /up to 100/],
    [{ targetPercent: Number.NaN }, "targetPercent", /up to 100/],
    [{ windowDays: 91 }, "windowDays", /whole days/],
    [{ syncMethod: "carrier_pigeon" }, "syncMethod", /webhook_queue/],
    [{ pollEverySeconds: "30" }, "pollEverySeconds", /whole seconds/],
  ])("with %j are refused, and the field is named", (change, field, message) => {
    const items = [good, { ...good, domain: "orders", ...change }];
    expect(parseSlas(items, systems)).toEqual({
      ok: false,
      errors: [{ field: `items[1].${field}`, message: expect.stringMatching(message) as string }],
    });
  });

  it("that are no list, or no objects, are refused", () => {
    expect(parseSlas({}, systems)).toMatchObject({ ok: false, errors: [{ field: "items" }] });
    expect(parseSlas([null], systems)).toMatchObject({
      ok: false,
      errors: [{ field: "items[0]" }],
    });
  });
});
