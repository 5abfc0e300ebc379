import { describe, expect, it } from "vitest";
import { defaultSla } from "#app/freshness/default-slas.ts";
import { parseSlas } from "#app/freshness/parse-slas.ts";
import { formErrors, formOf, readSlaForm } from "#app/routes/app.freshness.$domain.$system/form.ts";

describe("the form of an SLA", () => {
  const sla = { ...defaultSla("inventory"), system: "wms" };
  const place = { domain: "inventory", system: "wms" } as const;
  const post = (changes: Record<string, string> = {}) => {
    const data = new FormData();
    for (const [name, value] of Object.entries({
      ...formOf(sla, true),
      intent: "save",
      ...changes,
    }))
      data.set(name, value);
    return readSlaForm(data, place);
  };

  it("brings back exactly the SLA it was filled with", () => {
    const parsed = parseSlas([post().sla], new Set(["wms"]));
    expect(parsed).toEqual({ ok: true, slas: [sla] });
  });

  it("brings back a window of the calendar", () => {
    const calendar = { ...sla, windowDays: 90, windowKind: "calendar" as const };
    const posted = post({ ...formOf(calendar, true) });
    expect(parseSlas([posted.sla], new Set(["wms"]))).toEqual({ ok: true, slas: [calendar] });
    const odd = parseSlas(
      [post({ windowDays: "14", windowKind: "calendar" }).sla],
      new Set(["wms"]),
    );
    expect(odd.ok ? [] : formErrors(odd.errors)).toMatchObject([{ field: "windowDays" }]);
  });

  it("gives a system's own SLA up where the store's is chosen, but never the store's", () => {
    expect(post({ scope: "store" }).sla).toBeNull();
    const data = new FormData();
    expect(readSlaForm(data, { ...place, system: null }).sla).not.toBeNull();
  });

  it("takes nothing for a number that is none, and says so beside the field", () => {
    const parsed = parseSlas(
      [post({ warnAfterSeconds: "", breachAfterSeconds: "ten" }).sla],
      new Set(["wms"]),
    );
    expect(parsed.ok ? [] : formErrors(parsed.errors).map(({ field }) => field)).toEqual([
      "warnAfterSeconds",
      "breachAfterSeconds",
    ]);
    const late = parseSlas([post({ breachAfterSeconds: "1" }).sla], new Set(["wms"]));
    expect(late.ok ? "" : formErrors(late.errors)[0]?.message).not.toContain("warnAfterSeconds");
  });

  it("only previews when it is asked to", () => {
    expect([post({ intent: "preview" }).intent, post({ intent: "other" }).intent]).toEqual([
      "preview",
      "save",
    ]);
  });
});
