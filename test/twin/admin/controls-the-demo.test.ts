import { afterEach, beforeEach, expect, test } from "vitest";
import { FAULT_NAMES } from "../faults/fault-table.ts";
import { type AdminTestTwin, startAdminTestTwin } from "./admin-test-twin.ts";
import type { DemoSystemView } from "./demo-systems.ts";

let setting: AdminTestTwin;

beforeEach(async () => {
  setting = await startAdminTestTwin();
});
afterEach(() => setting.close());

function change(body: unknown, contentType = "application/json"): Promise<Response> {
  return fetch(`${setting.twin.url}/control/demo-systems`, {
    method: "POST",
    headers: { "content-type": contentType },
    body: JSON.stringify(body),
  });
}

async function views(): Promise<DemoSystemView[]> {
  const response = await fetch(`${setting.twin.url}/control/state`);
  return ((await response.json()) as { demoSystems: DemoSystemView[] }).demoSystems;
}

test("a demo system is broken and healed through the twin", async () => {
  expect((await change({ name: "Warehouse", mode: "error", share: 40 })).status).toBe(200);
  expect(setting.warehouse.received().behaviour).toMatchObject({ mode: "error", share: 40 });
  expect((await views())[0]?.report?.behaviour.mode).toBe("error");
  await change({ name: "Warehouse", mode: "healthy" });
  expect(setting.warehouse.received().behaviour.mode).toBe("healthy");
});

test("a demo system that does not run is shown so, and cannot be changed", async () => {
  expect((await views())[1]).toMatchObject({ name: "Gone", report: null });
  const answer = await change({ name: "Gone", mode: "error" });
  expect(answer.status).toBe(502);
  expect(await answer.text()).toContain("Gone at http://127.0.0.1:9 does not answer");
});

test("wrong input is refused with the field named", async () => {
  const unknown = await change({ name: "Moon base", mode: "error" });
  expect([unknown.status, await unknown.json()]).toEqual([
    404,
    { error: "name: there is no demo system called Moon base" },
  ]);
  const badMode = await change({ name: "Warehouse", mode: "sleepy" });
  expect(badMode.status).toBe(422);
  expect(await badMode.text()).toContain("mode");
  expect((await change({ name: "Warehouse", mode: "error" }, "text/plain")).status).toBe(415);
  expect((await change([])).status).toBe(400);
});

test("every fault of the table stands on the control page", async () => {
  const page = await (await fetch(`${setting.twin.url}/control`)).text();
  for (const name of FAULT_NAMES) expect(page).toContain(`name="${name}"`);
});

test("the state narrows the ledger by shop and outcome", async () => {
  const response = await fetch(
    `${setting.twin.url}/control/state?shop=north.myshopify.com&outcome=nonsense`,
  );
  expect(response.status).toBe(200);
  const state = (await response.json()) as { stores: unknown[]; ledger: { entries: unknown[] } };
  expect(state.stores).toHaveLength(2);
  expect(state.ledger.entries).toEqual([]);
});
