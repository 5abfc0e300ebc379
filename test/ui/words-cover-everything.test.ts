import { readFile } from "node:fs/promises";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { orderHoldStatuses } from "#app/coordination/types.ts";
import { dataDomains } from "#app/data-domains.ts";
import { deliveryStatuses } from "#app/delivery/types.ts";
import type { DeadLetter, SystemHealth } from "#app/delivery/types.ts";
import { eventSources, eventStatuses } from "#app/events/types.ts";
import { subscriptionStates } from "#app/subscriptions/types.ts";
import { systemKinds, systemStatuses } from "#app/systems/types.ts";
import { causeOf } from "#app/ui/causes.ts";
import { lagTargetSeconds } from "#app/ui/lag-targets.ts";
import { orderHoldWords } from "#app/ui/stock-words.ts";
import {
  deliveryStatusWords,
  domainWord,
  domainWords,
  eventStatusWords,
  healthState,
  healthWords,
  kindWords,
  outcomeWords,
  sourceWords,
  subscriptionWords,
  topicWord,
} from "#app/ui/words.ts";

const byName = (a: string, b: string) => a.localeCompare(b);

describe("words", () => {
  it("exist for every status, source, kind and domain there is, and for no other", () => {
    const pairs: [object, readonly string[]][] = [
      [eventStatusWords, eventStatuses],
      [deliveryStatusWords, deliveryStatuses],
      [sourceWords, eventSources],
      [subscriptionWords, subscriptionStates],
      [kindWords, systemKinds],
      [domainWords, dataDomains],
      [orderHoldWords, orderHoldStatuses],
    ];
    for (const [words, names] of pairs) {
      expect(Object.keys(words).sort(byName)).toEqual([...names].sort(byName));
    }
    for (const status of systemStatuses) {
      expect(healthWords).toHaveProperty(healthState(status, null, 0, 0));
    }
  });

  it("tell two statuses of one thing apart without colour", () => {
    for (const words of [eventStatusWords, deliveryStatusWords, healthWords, subscriptionWords]) {
      const shown = Object.values(words).map(({ word }) => word);
      expect(new Set(shown).size).toBe(shown.length);
      for (const { meaning } of Object.values(words)) expect(meaning).toMatch(/^[A-Z].*\.$/);
    }
  });

  it("raise alarm only where a person has to act", () => {
    const critical = (words: Readonly<Record<string, { readonly tone: string }>>) =>
      Object.keys(words).filter((name) => words[name]?.tone === "critical");
    expect(critical(eventStatusWords)).toEqual(["dead"]);
    expect(critical(deliveryStatusWords)).toEqual(["dead"]);
    expect(critical(healthWords)).toEqual(["failing", "disabled"]);
  });

  it("name every outcome an event can end with", () => {
    for (const status of eventStatuses.filter((name) => name !== "received")) {
      expect(outcomeWords).toHaveProperty(status);
    }
    expect(outcomeWords).toHaveProperty("duplicate");
  });

  it("name every topic the app subscribes to", async () => {
    const toml = parse(await readFile(new URL("../../shopify.app.toml", import.meta.url), "utf8"));
    const { subscriptions } = (
      toml as unknown as { webhooks: { subscriptions: { topics?: string[] }[] } }
    ).webhooks;
    const topics = subscriptions.flatMap((subscription) => subscription.topics ?? []);
    expect(topics.length).toBeGreaterThan(10);
    expect(topics.filter((topic) => topicWord(topic) === topic)).toEqual([]);
  });

  it("leave a topic of a later version, or what a URL made up, as it is", () => {
    expect(topicWord("gift_cards/create")).toBe("gift_cards/create");
    expect(topicWord("constructor")).toBe("constructor");
    expect(domainWord("constructor")).toBe("constructor");
  });

  it("know a target for every domain", () => {
    for (const domain of dataDomains) expect(lagTargetSeconds(domain)).toBeGreaterThan(0);
    expect(lagTargetSeconds("toString")).toBeNull();
  });
});

describe("the health of a system", () => {
  const nowMs = Date.parse("2026-04-10T12:00:00Z");
  const well: SystemHealth = {
    systemId: "s1",
    delivered: 10,
    failed: 0,
    waiting: 0,
    dead: 0,
    oldestWaitingSeconds: null,
    lastDeliveredAt: "2026-04-10T11:59:58Z",
  };
  const stateOf = (changes: Partial<SystemHealth>, dead = 0) =>
    healthState("active", { ...well, ...changes }, dead, nowMs);

  it("follows from what arrived, what waits and what was given up", () => {
    expect(stateOf({})).toBe("healthy");
    expect(stateOf({ delivered: 0, lastDeliveredAt: null })).toBe("quiet");
    expect(stateOf({}, 1)).toBe("degraded");
    expect(stateOf({ waiting: 3, oldestWaitingSeconds: 61 })).toBe("degraded");
    expect(stateOf({ waiting: 3, oldestWaitingSeconds: 301 })).toBe("failing");
    expect(stateOf({ waiting: 1, lastDeliveredAt: "2026-04-10T11:58:00Z" }, 2)).toBe("failing");
    expect(stateOf({ lastDeliveredAt: "2026-04-10T11:58:00Z" }, 2)).toBe("degraded");
  });

  it("is what a person decided when it is not sent to", () => {
    expect(healthState("paused", { ...well, dead: 9 }, 9, nowMs)).toBe("paused");
    expect(healthState("disabled", null, 0, nowMs)).toBe("disabled");
  });
});

describe("causes of dead letters", () => {
  const letter = (changes: Partial<DeadLetter>) =>
    causeOf({ kind: "delivery", httpStatus: null, reason: "", ...changes }).title;

  it("are found from the answer, before the words", () => {
    const titles = [401, 404, 410, 413, 429, 301, 500, 422].map((httpStatus) =>
      letter({ httpStatus, reason: "timed out" }),
    );
    expect(new Set(titles).size).toBe(titles.length);
    expect(letter({ httpStatus: 403 })).toBe(letter({ httpStatus: 401 }));
    expect(letter({ httpStatus: 503 })).toBe(letter({ httpStatus: 429 }));
    expect(letter({ httpStatus: 502 })).toBe(letter({ httpStatus: 500 }));
  });

  it("are found from the words where there was no answer", () => {
    expect(letter({ reason: "did not answer within 10000 ms" })).toMatch(/in time/);
    expect(letter({ reason: "10.0.0.7 is a private address" })).toMatch(/private/);
    expect(letter({ reason: "connect ECONNREFUSED" })).toMatch(/could not be reached/);
    expect(letter({ kind: "event", httpStatus: 500 })).toMatch(/could not read/);
  });
});
