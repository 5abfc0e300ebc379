import { describe, expect, it } from "vitest";
import {
  asSlackText,
  asText,
  composeMessage,
  type ToldAlert,
} from "#app/alerts/compose-message.ts";
import { parseChannels, type SentChannel } from "#app/alerts/parse-channels.ts";
import { type Happening, type Listener, planNotices } from "#app/alerts/plan-notices.ts";
import { quietUntil } from "#app/alerts/quiet-hours.ts";
import type { AlertView } from "#app/alerts/types.ts";

const at = (clock: string, day = "2026-11-26") => Date.parse(`${day}T${clock}:30Z`);
const night = { from: "22:00", to: "07:00" };

describe("quiet hours", () => {
  it.each([
    ["21:59", null],
    ["22:00", "2026-11-27T07:00:00.000Z"],
    ["23:59", "2026-11-27T07:00:00.000Z"],
    ["06:59", "2026-11-26T07:00:00.000Z"],
    ["07:00", null],
  ])("at %s end at %s", (clock, end) => {
    const until = quietUntil(night, null, at(clock));
    expect(until === null ? null : new Date(until).toISOString()).toBe(end);
  });

  it("are the store's, and may lie within a day", () => {
    expect(quietUntil(night, "America/New_York", at("04:00"))).toBe(
      Date.parse("2026-11-26T12:00:00Z"),
    );
    expect(quietUntil({ from: "12:00", to: "13:00" }, null, at("12:30"))).toBe(
      Date.parse("2026-11-26T13:00:00Z"),
    );
    expect(quietUntil(null, null, at("23:00"))).toBeNull();
  });
});

describe("a notice", () => {
  const listener = (change: Partial<Listener> = {}): Listener => ({
    id: "mail",
    kind: "email",
    severity: "caution",
    quietHours: null,
    ...change,
  });
  const happening = (change: Partial<Happening> = {}): Happening => ({
    alertId: "a",
    kind: "oldest_job",
    severity: "caution",
    what: "opened",
    ...change,
  });
  const plan = (one: Listener, what: Happening, told: string[] = [], clock = "12:00") =>
    planNotices([one], [what], new Set(told), { nowMs: at(clock), timeZone: null });

  it("waits half a minute for what comes with it", () => {
    expect(plan(listener(), happening())).toMatchObject([{ dueMs: at("12:00") + 30_000 }]);
  });

  it("of what is not critical waits until quiet hours are over, what is critical does not", () => {
    const quiet = listener({ quietHours: night });
    const [held] = plan(quiet, happening(), [], "23:00");
    expect(held?.dueMs).toBe(Date.parse("2026-11-27T07:00:00Z"));
    const [urgent] = plan(quiet, happening({ severity: "critical" }), [], "23:00");
    expect(urgent?.dueMs).toBe(at("23:00") + 30_000);
    const over = happening({ severity: "critical", what: "closed" });
    expect(plan(quiet, over, ["mail a"], "23:00")[0]?.dueMs).toBe(held?.dueMs);
  });

  it("of an end goes to who heard of the beginning", () => {
    const over = happening({ what: "closed" });
    expect(plan(listener(), over)).toEqual([]);
    expect(plan(listener(), over, ["mail a"])).toHaveLength(1);
  });

  it("of what is not critical does not go where only that is wanted", () => {
    const strict = listener({ severity: "critical" });
    expect(plan(strict, happening())).toEqual([]);
    expect(plan(strict, happening({ severity: "critical" }))).toHaveLength(1);
  });

  it("goes to Flow where there is a trigger for it, at once", () => {
    const flow = listener({ id: "flow", kind: "flow" });
    expect(plan(flow, happening())).toEqual([]);
    expect(plan(flow, happening({ kind: "dead_letters" }))).toMatchObject([{ dueMs: at("12:00") }]);
    expect(plan(flow, happening({ kind: "dead_letters", what: "closed" }), ["flow a"])).toEqual([]);
  });
});

describe("a list of channels", () => {
  const limits = { allowPrivate: false, canMail: true };
  const known = [
    { id: "chn_1", kind: "slack" as const, shownUrl: "https://hooks.slack.com/…wxyz" },
    { id: "chn_2", kind: "email" as const, shownUrl: null },
  ];
  const parse = (items: SentChannel[]) => parseChannels(items, known, limits);
  const wrong = (items: SentChannel[]) => {
    const parsed = parse(items);
    return parsed.ok ? [] : parsed.errors.map(({ field }) => field);
  };

  it("keeps an address that is sent back as it was shown, or not at all", () => {
    for (const url of ["https://hooks.slack.com/…wxyz", null, undefined])
      expect(parse([{ id: "chn_1", kind: "slack", url }])).toMatchObject({
        ok: true,
        channels: [{ id: "chn_1", url: null, name: "Slack", severity: "caution" }],
      });
  });

  it.each<[string, SentChannel, string]>([
    ["no address", { kind: "email" }, "items[0].to"],
    ["two addresses", { kind: "email", to: "a@b.com,c@d.com" }, "items[0].to"],
    ["a header", { kind: "email", to: "a@b.com\nBcc: c@d.com" }, "items[0].to"],
    ["plain http", { kind: "slack", url: "http://example.com/hook" }, "items[0].url"],
    ["a private address", { kind: "webhook", url: "https://169.254.169.254/" }, "items[0].url"],
    ["no URL", { kind: "webhook" }, "items[0].url"],
    ["an unknown id", { id: "chn_9", kind: "email", to: "a@b.com" }, "items[0].id"],
    ["another kind", { id: "chn_2", kind: "flow" }, "items[0].kind"],
    [
      "a time that is none",
      { kind: "flow", quietHours: { from: "24:00", to: "07:00" } },
      "items[0].quietHours.from",
    ],
  ])("refuses %s by the field", (_what, item, field) => {
    expect(wrong([item])).toContain(field);
  });

  it("refuses what is in it twice, and mail where there is no mail server", () => {
    const twice = { id: "chn_2", kind: "email" as const, to: "a@b.com" };
    expect(wrong([twice, twice])).toContain("items[1].id");
    expect(wrong([{ kind: "flow" }, { kind: "flow" }])).toEqual(["items"]);
    const none = parseChannels([twice], known, { ...limits, canMail: false });
    expect(none).toMatchObject({ ok: false, errors: [{ field: "items[0].kind" }] });
  });
});

describe("a message", () => {
  const alert = (change: Partial<AlertView> = {}): AlertView => ({
    id: "1",
    kind: "system_failing",
    domain: null,
    system: "wms",
    state: "open",
    severity: "critical",
    summary: "Ware<house> & Co does not answer; 20 changes wait for it.",
    advice: "Ask whoever runs it.",
    place: { content: "View system", to: "/app/systems/wms" },
    openedAt: "2026-11-26T10:00:00.000Z",
    lastSeenAt: "2026-11-26T10:00:00.000Z",
    acknowledgedAt: null,
    snoozedUntil: null,
    closedAt: null,
    closedBecause: null,
    ...change,
  });
  const frame = { shop: "north.myshopify.com", apiKey: "key", timeZone: "Europe/Berlin" };
  const compose = (...told: ToldAlert[]) => composeMessage(frame, told);

  it("says what, since when in the store's time, what to do and where", () => {
    const message = compose({ what: "opened", alert: alert() });
    expect(message.subject).toBe(
      "[Converge] Ware<house> & Co does not answer; 20 changes wait for it.",
    );
    expect(asText(message)).toBe(
      [
        "New · critical",
        "Ware<house> & Co does not answer; 20 changes wait for it.",
        "Since 26 Nov, 11:00:00 CET.",
        "Ask whoever runs it.",
        "View system: https://north.myshopify.com/admin/apps/key/app/systems/wms",
      ].join("\n"),
    );
  });

  it("lets no text become markup or a line of its own", () => {
    const named = alert({ summary: "A\r\nBcc: b\u0007 <!channel> does not answer" });
    const message = compose({ what: "opened", alert: named });
    expect(message.subject).toBe("[Converge] A Bcc: b <!channel> does not answer");
    expect(asSlackText(message)).toContain("A Bcc: b &lt;!channel&gt; does not answer");
  });

  it("is of something new, however bad it became before anybody was told", () => {
    const heading = (...what: ToldAlert["what"][]) =>
      compose(...what.map((each) => ({ what: each, alert: alert() }))).entries[0]?.heading;
    expect(heading("opened", "worse", "reminded")).toBe("New · critical");
    expect(heading("worse")).toBe("Got worse · critical");
    expect(heading("opened", "worse", "closed")).toBe("Over");
  });

  it("of several tells each once, the worst that goes on first", () => {
    const over = alert({ id: "2", state: "closed", closedAt: "2026-11-26T10:04:00.000Z" });
    const message = compose(
      { what: "opened", alert: over },
      { what: "opened", alert: alert({ id: "3", severity: "caution" }) },
      { what: "opened", alert: alert() },
      { what: "closed", alert: over },
    );
    expect(message.subject).toBe("[Converge] 3 alerts: 2 open, 1 over");
    expect(message.entries.map(({ heading }) => heading)).toEqual([
      "New · critical",
      "New · caution",
      "Over",
    ]);
    expect(message.entries[2]?.lines).toEqual([
      "From 26 Nov, 11:00:00 CET to 26 Nov, 11:04:00 CET.",
    ]);
  });
});
