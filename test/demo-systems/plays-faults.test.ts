import { afterEach, beforeEach, expect, test } from "vitest";
import { bodyOf, deliver, newSecret, stockChange } from "./deliver.ts";
import { type DemoSystem, startDemoSystem } from "./server.ts";

const secret = newSecret();
interface Refusal {
  error: string;
}
const change = stockChange("evt_1", 45, "2026-11-23T10:00:00Z");
let system: DemoSystem;
/** What the random source gives next. */
let chance = 0.5;

beforeEach(async () => {
  system = await startDemoSystem({ name: "ERP", kind: "erp", port: 0, random: () => chance });
  await system.setSecret({ shop: change.shop, secret });
});
afterEach(() => system.close());

function setBehaviour(behaviour: unknown): Promise<Response> {
  return fetch(`${system.url}/control/behaviour`, {
    method: "PUT",
    body: JSON.stringify(behaviour),
  });
}

test.each([
  ["error", 500],
  ["reject", 422],
  ["throttled", 429],
  ["gone", 410],
  ["unavailable", 503],
])("%s answers %i and applies nothing until healed", async (mode, status) => {
  expect((await setBehaviour({ mode, retryAfterSeconds: 7 })).status).toBe(200);
  const refused = await deliver(system.url, change, [secret]);
  expect(refused.status).toBe(status);
  const waits = mode === "throttled" || mode === "unavailable";
  expect(refused.headers.get("retry-after")).toBe(waits ? "7" : null);
  expect(system.received()).toMatchObject({ received: 0, refused: { [mode]: 1 } });
  await setBehaviour({ mode: "healthy" });
  expect((await deliver(system.url, change, [secret])).status).toBe(200);
});

test("drop closes the connection and applies nothing", async () => {
  await setBehaviour({ mode: "drop" });
  await expect(deliver(system.url, change, [secret])).rejects.toThrow("fetch failed");
  expect(system.received().applied).toBe(0);
});

test("lose_answer applies and closes the connection; the retry is a repeat", async () => {
  await setBehaviour({ mode: "lose_answer" });
  await expect(deliver(system.url, change, [secret])).rejects.toThrow("fetch failed");
  await setBehaviour({ mode: "healthy" });
  expect(await (await deliver(system.url, change, [secret])).json()).toEqual({ status: "repeat" });
  expect(system.received()).toMatchObject({ applied: 1, repeats: 1 });
});

test("hang never answers, and closing the system does not wait for it", async () => {
  await setBehaviour({ mode: "hang" });
  const outcome = deliver(system.url, change, [secret]).then(
    () => "answered",
    () => "closed",
  );
  const early = await Promise.race([outcome, new Promise((done) => setTimeout(done, 150, "open"))]);
  expect(early).toBe("open");
  await system.close();
  expect(await outcome).toBe("closed");
  system = await startDemoSystem({ name: "ERP", kind: "erp", port: 0 });
});

test("slow applies late", async () => {
  await setBehaviour({ mode: "slow", delayMs: 120 });
  const startedAt = performance.now();
  expect((await deliver(system.url, change, [secret])).status).toBe(200);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(115);
});

test("a fault hits its share of the requests", async () => {
  await setBehaviour({ mode: "error", share: 30 });
  chance = 0.29;
  expect((await deliver(system.url, change, [secret])).status).toBe(500);
  chance = 0.3;
  expect((await deliver(system.url, change, [secret])).status).toBe(200);
});

test.each([
  [{ mode: "sleepy" }, "mode"],
  [{ mode: "error", share: 101 }, "share"],
  [{ mode: "slow", delayMs: -1 }, "delayMs"],
])("the behaviour %j is refused and the field named", async (behaviour, field) => {
  const answer = await setBehaviour(behaviour);
  expect(answer.status).toBe(422);
  expect((await bodyOf<Refusal>(answer)).error).toContain(field);
  expect(system.received().behaviour.mode).toBe("healthy");
});

test("a secret that is not one, or not JSON, is refused with 422", async () => {
  const put = (body: string) => fetch(`${system.url}/control/secret`, { method: "PUT", body });
  const bad = await put(JSON.stringify({ shop: change.shop, secret: "whsec_***" }));
  expect(bad.status).toBe(422);
  expect((await bodyOf<Refusal>(bad)).error).toContain("secret: must be base64");
  expect((await put("nonsense")).status).toBe(422);
});
