import { describe, expect, it } from "vitest";
import { longestReason, readRequest } from "#app/routes/app.dead-letters/form.ts";
import { readSystemRequest } from "#app/routes/app.systems.$id/form.ts";
import {
  describeQuery,
  eventsHref,
  isFiltered,
  readEventQuery,
  tagsOf,
} from "#app/routes/app.events._index/event-query.ts";
import { comparisonForm } from "#app/routes/app.systems.new/comparison-form.ts";
import {
  describeRetries,
  emptyForm,
  readSystemForm,
  toFormData,
} from "#app/routes/app.systems.new/form.ts";

describe("the address of a list of events", () => {
  const full =
    "/app/events?status=dead&topic=orders%2Fupdated&domain=orders&source=webhook&resource=gid%3A%2F%2Fshopify%2FOrder%2F1&correlation=c1&webhook=w1&from=2026-04-10T00%3A00%3A00.000Z&to=2026-04-11T00%3A00%3A00.000Z&q=mug&live=1";
  const read = (href: string) => readEventQuery(new URL(href, "http://app.invalid").searchParams);

  it("says everything the list shows, and leads back to it", () => {
    expect(eventsHref(read(full))).toBe(full);
    expect(isFiltered(read(full))).toBe(true);
    expect(isFiltered(read("/app/events?live=1&after=x"))).toBe(false);
  });

  it("starts at the first page when a filter changes", () => {
    const query = read("/app/events?status=dead&after=cursor");
    expect(query.after).toBe("cursor");
    expect(eventsHref(query, { status: "applied" })).toBe("/app/events?status=applied");
    expect(eventsHref(query, { after: "next" })).toBe("/app/events?status=dead&after=next");
  });

  it("leaves out what is no filter instead of failing", () => {
    expect(read("/app/events?status=exploded&domain=toString&from=yesterday").filter).toEqual({});
  });

  it("has a tag, with a way to drop it, for each filter without a control", () => {
    const tags = tagsOf(read(full), () => "then");
    expect(tags.map(({ label }) => label)).toEqual([
      "Resource 1",
      "Correlation c1",
      "Webhook w1",
      "From then",
      "Until then",
    ]);
    expect(tags[0]?.without).not.toContain("resource=");
    expect(tags[0]?.without).toContain("correlation=c1");
  });

  it("is told in words for those who hear the table", () => {
    expect(describeQuery(read("/app/events"))).toBe("Events, newest first");
    expect(describeQuery(read(full))).toBe(
      "Events, newest first: Dead-lettered, Order updated, Orders, Webhook",
    );
  });
});

describe("what is asked of a system", () => {
  const ask = (fields: Readonly<Record<string, string>>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return readSystemRequest(form);
  };

  it("is read, a recovery with how far back", () => {
    expect(ask({ intent: "pause" })).toEqual({ ok: true, request: { intent: "pause" } });
    expect(ask({ intent: "recover", hours: "24", dryRun: "true" })).toEqual({
      ok: true,
      request: { intent: "recover", hours: 24, dryRun: true },
    });
    // Sent by hand without it, a recovery is no dry run: that is what was asked.
    expect(ask({ intent: "recover", hours: "1" })).toMatchObject({ request: { dryRun: false } });
  });

  it("is refused with the field's name when it is nothing one can do", () => {
    expect(ask({ intent: "recover", hours: "8760" })).toMatchObject({
      ok: false,
      errors: [{ field: "hours" }],
    });
    expect(ask({ intent: "explode" })).toMatchObject({ ok: false, errors: [{ field: "" }] });
  });
});

describe("what is asked of dead letters", () => {
  const ask = (entries: readonly (readonly [string, string])[]) => {
    const form = new FormData();
    for (const [name, value] of entries) form.append(name, value);
    return readRequest(form);
  };

  it("is read with all its ids", () => {
    expect(
      ask([
        ["intent", "replay"],
        ["id", "evt:1"],
        ["id", "dlv:2"],
      ]),
    ).toEqual({ ok: true, request: { intent: "replay", ids: ["evt:1", "dlv:2"] } });
    expect(
      ask([
        ["intent", "replay-all"],
        ["system", ""],
      ]),
    ).toEqual({ ok: true, request: { intent: "replay-all", systemId: null } });
  });

  it("is a dry run of everything, or what to do with a replay under way", () => {
    expect(
      ask([
        ["intent", "preview"],
        ["system", "sys_1"],
      ]),
    ).toEqual({ ok: true, request: { intent: "preview", systemId: "sys_1" } });
    const steer = (decision: string) =>
      ask([
        ["intent", "steer"],
        ["replay", "r1"],
        ["decision", decision],
      ]);
    for (const decision of ["pause", "resume", "cancel"])
      expect(steer(decision)).toEqual({
        ok: true,
        request: { intent: "steer", decision, replayId: "r1" },
      });
    expect(steer("stop")).toMatchObject({ ok: false });
    expect(ask([["intent", "steer"]])).toMatchObject({ ok: false });
  });

  it("decides about an issue, and about nothing else", () => {
    const decide = (decision: string) =>
      ask([
        ["intent", "issue"],
        ["issue", "1"],
        ["decision", decision],
      ]);
    expect(decide("ignore")).toEqual({
      ok: true,
      request: { intent: "issue", decision: "ignore", issueId: "1" },
    });
    expect(decide("resolve")).toMatchObject({ ok: false });
    expect(ask([["intent", "issue"]])).toMatchObject({ ok: false });
  });

  it("is refused with a word at the field that is wrong", () => {
    const discard = (reason: string) =>
      ask([
        ["intent", "discard"],
        ["id", "dlv:2"],
        ["reason", reason],
      ]);
    expect(discard("  ")).toMatchObject({ ok: false, errors: [{ field: "reason" }] });
    expect(discard("x".repeat(longestReason + 1))).toMatchObject({ ok: false });
    expect(discard("x".repeat(longestReason))).toMatchObject({ ok: true });
    expect(ask([["intent", "replay"]])).toMatchObject({ ok: false, errors: [{ field: "" }] });
    expect(ask([["intent", "explode"]])).toMatchObject({ ok: false });
  });
});

describe("the form of a new system", () => {
  it("turns a person's units into milliseconds", () => {
    const form = { ...emptyForm, name: " Mine ", firstWaitSeconds: "1.5", perSecond: "5" };
    expect(readSystemForm(toFormData(form))).toEqual({
      name: "Mine",
      kind: "wms",
      url: "",
      snapshotUrl: null,
      domains: ["inventory", "orders", "products"],
      deliveryPolicy: {
        mode: "latest",
        maxAttempts: 10,
        baseDelayMs: 1_500,
        maxDelayMs: 3_600_000,
        timeoutMs: 10_000,
        ratePerSecond: 5,
        concurrency: 8,
      },
      comparison: {},
    });
  });

  it("says what silence about a hold means where it is not a refusal", () => {
    const policyOf = (onSilence: string) =>
      readSystemForm(toFormData({ ...emptyForm, onSilence }))["deliveryPolicy"];
    expect(policyOf("confirm")).toMatchObject({ onSilence: "confirm" });
    expect(policyOf("refuse")).not.toHaveProperty("onSilence");
  });

  it("brings how a system is compared there and back", () => {
    const form = {
      ...emptyForm,
      stockWithin: "2",
      priceWithin: "0.01",
      names: ["inventory.available=qty=1", "pricing.price=net"],
    };
    const { comparison } = readSystemForm(toFormData(form));
    expect(comparison).toEqual({
      inventory: { names: { available: "qty=1" }, within: { available: "2" } },
      pricing: { names: { price: "net" }, within: { price: "0.01", compareAtPrice: "0.01" } },
    });
    expect({ ...emptyForm, ...comparisonForm(comparison as never) }).toEqual(form);
  });

  it("leaves an empty number to its default", () => {
    const read = readSystemForm(toFormData({ ...emptyForm, maxAttempts: " " }));
    expect(read["deliveryPolicy"]).not.toHaveProperty("maxAttempts");
  });

  it("says in words when a change is tried again and when it is given up", () => {
    const form = { ...emptyForm, maxAttempts: "6", longestWaitMinutes: "0.1" };
    expect(describeRetries(form)).toBe(
      "Waits of up to 2 s, 4 s, 6 s, 6 s …; given up after 24 s at the latest.",
    );
    expect(describeRetries({ ...form, maxAttempts: "1" })).toBe("Tried once; not again.");
    for (const maxAttempts of ["", "x", "0", "-1", "1e9"]) {
      expect(describeRetries({ ...form, maxAttempts })).toBe("");
    }
  });
});
