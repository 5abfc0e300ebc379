import { describe, expect, it } from "vitest";
import type { HoldView } from "#app/coordination/types.ts";
import { readHoldRequest } from "#app/routes/app.inventory.$id/form.ts";
import { fieldsOf, noHold } from "#app/routes/app.inventory.$id/hold-modal.tsx";
import { Holds } from "#app/routes/app.inventory.$id/holds.tsx";
import { loadedAt, renderScreen, wordsOf } from "./render-screen.tsx";

const shop = "north.myshopify.com";
const system = (id: string, name: string, more: { shop?: string; active?: boolean } = {}) => ({
  ...{ id, name, shop, active: true },
  ...more,
});
const systems = [
  system("sys_w", "Warehouse"),
  system("sys_e", "ERP", { shop: "south.myshopify.com" }),
  system("sys_p", "Printer", { active: false }),
];

describe("the form of a hold", () => {
  const read = (participants?: string) => {
    const form = new FormData();
    const fields = { intent: "hold", quantity: "3", reference: " #1001 ", minutes: "60" };
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    if (participants !== undefined) form.set("participants", participants);
    return readHoldRequest(form);
  };
  const held = { intent: "hold", quantity: 3, reference: "#1001", ttlSeconds: 3_600 };

  it("says who is asked first, each once, or nobody", () => {
    for (const nobody of [undefined, "", ","])
      expect(read(nobody)).toEqual({ ok: true, request: { ...held, participants: [] } });
    expect(read("sys_w,sys_e,sys_w")).toEqual({
      ok: true,
      request: { ...held, participants: ["sys_w", "sys_e"] },
    });
  });

  it("asks no more systems than the API does, and says so at the field", () => {
    const ids = (count: number) => Array.from({ length: count }, (_, at) => `sys_${at}`).join();
    expect(read(ids(20))).toMatchObject({ ok: true });
    expect(read(ids(21))).toEqual({
      ok: false,
      errors: [{ field: "participants", message: "Ask at most 20 systems." }],
    });
  });

  it("sends only whom it shows as chosen", () => {
    const draft = { ...noHold, asked: ["sys_e", "sys_p", "sys_gone"] };
    const page = { shop, systems } as unknown as Parameters<typeof fieldsOf>[1];
    expect(fieldsOf(draft, page)).toEqual({
      quantity: "1",
      reference: "",
      minutes: "15",
      participants: "sys_e",
    });
  });
});

describe("the list of holds", () => {
  const list = (hold: Partial<HoldView>) => {
    const common = { id: "h1", shop, quantity: 3, reference: "#1001", reason: null } as const;
    const holds = [{ ...common, status: "held", participants: [], expiresAt: loadedAt, ...hold }];
    const page = { shop, systems, holds } as Parameters<typeof Holds>[0]["page"];
    return renderScreen(<Holds page={page} busyId={null} onAct={() => undefined} />);
  };
  const asked = (...answers: readonly [string, "acknowledged" | "refused" | null][]) =>
    answers.map(([systemId, answer]) => ({ systemId, answer, answeredAt: null }));

  it("says who has agreed and whom it waits for, and offers no confirming before", () => {
    const some = list({ participants: asked(["sys_w", "acknowledged"], ["sys_e", null]) });
    expect(wordsOf(some)).toContain("Warehouse: agreed ERP (south): waiting");
    expect(some).not.toContain("Confirm the hold");
    expect(some).toContain("Release the hold for #1001");
    const all = asked(["sys_w", "acknowledged"], ["sys_e", "acknowledged"]);
    for (const participants of [all, []])
      expect(list({ participants })).toContain("Confirm the hold for #1001");
  });

  it("names who refused, and who had not answered then", () => {
    const refused = list({
      status: "released",
      reason: "A participant refused it.",
      participants: asked(["sys_e", "refused"], ["sys_w", null]),
    });
    expect(wordsOf(refused)).toContain("ERP (south) refused it.");
    expect(wordsOf(refused)).toContain("ERP (south): refused Warehouse: did not answer");
    expect(refused).not.toContain("the hold for #1001");
  });

  it("says why another one is over, and that a system is there no more", () => {
    const expired = list({
      status: "expired",
      reason: "Its time was up.",
      participants: asked(["sys_gone", null]),
    });
    expect(wordsOf(expired)).toContain("Its time was up.");
    expect(wordsOf(expired)).toContain("A removed system: did not answer");
  });
});
