import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fanOutChanges } from "#app/delivery/index.server.ts";
import { recordDiscrepancy } from "#app/discrepancies/index.server.ts";
import type { JobName, JobPayload } from "#app/jobs.ts";
import {
  answerRequest,
  type AnswerDeps,
  exportCustomer,
  listRequests,
} from "#app/privacy/index.server.ts";
import { openQueue, type Queue } from "#app/queue/index.server.ts";
import { connectSystem } from "#test/delivery/publish.ts";
import { createWorkbench, type Workbench } from "#test/processing/workbench.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { rowCounts, tablesNaming } from "./whole-database.ts";

/** Ada's e-mail stands in everything that is about her. Nothing is sealed here, so that it is found. */
let email: string;
const adaId = 701;
const bobsEmail = "bob@example.com";

let rig: Rig;
let bench: Workbench;
let queue: Queue;
let shop: string;

beforeAll(async () => {
  const sealing = await createRig();
  const inTheClear = {
    seal: (plain: Buffer | string) => Buffer.from(plain),
    open: (sealed: Uint8Array) => Buffer.from(sealed),
  };
  rig = { ...sealing, vault: inTheClear };
  bench = createWorkbench(rig);
  queue = await openQueue({ url: rig.database.url, log: rig.log, vault: rig.vault, role: "web" });
});
afterAll(async () => {
  await queue.stop(1_000);
  await rig.close();
});

const customerGid = (id: number) => `gid://shopify/Customer/${String(id)}`;
const orderGid = (id: number) => `gid://shopify/Order/${String(id)}`;

function customer(id: number, mail: string, updatedAt = "2026-11-20T10:00:00Z") {
  return { id, admin_graphql_api_id: customerGid(id), email: mail, updated_at: updatedAt };
}

function order(id: number, who: ReturnType<typeof customer>, updatedAt = "2026-11-20T10:00:00Z") {
  return {
    id,
    admin_graphql_api_id: orderGid(id),
    email: who.email,
    customer: who,
    updated_at: updatedAt,
  };
}

function fulfillment(id: number, orderId: number, mail: string) {
  return {
    id,
    admin_graphql_api_id: `gid://shopify/Fulfillment/${String(id)}`,
    order_id: orderId,
    email: mail,
    updated_at: "2026-11-20T11:00:00Z",
  };
}

const redaction = () => ({
  shop,
  topic: "customers/redact",
  body: {
    shop_id: 1,
    shop_domain: shop,
    customer: { id: adaId, email, phone: "+1 555 0100" },
    orders_to_redact: [9001],
  },
});

const earlier = () => ({ triggeredAt: new Date(Date.now() - 60_000).toISOString() });

/** Takes what waits for one room. */
function taken<Name extends JobName>(name: Name): JobPayload<Name>[] {
  const mine = bench.jobs.filter((job) => job.name === name);
  const others = bench.jobs.filter((job) => job.name !== name);
  bench.jobs.splice(0, bench.jobs.length, ...others);
  return mine.map((job) => job.payload as JobPayload<Name>);
}

async function fanOut(): Promise<void> {
  const jobs = taken("fan-out-changes");
  await rig.db.transaction((tx) => fanOutChanges(rig, tx, jobs));
}

const deps = (): AnswerDeps => ({ ...rig, enqueue: bench.deps.enqueue });

/** Runs passes until the request is done; returns how many it took. */
async function answer(): Promise<number> {
  let passes = 0;
  for (;;) {
    const next = bench.jobs.find((job) => job.name === "answer-privacy-request");
    if (!next || next.startAfterSeconds > 60) return passes;
    const [job] = taken("answer-privacy-request");
    if (job) await answerRequest(deps(), job);
    passes += 1;
  }
}

/** Ada buys twice and is shipped to; Bob buys once; a CRM hears of all of it and repeats it. */
async function live(): Promise<void> {
  shop = await rig.installedShop();
  email = `ada@${shop}.example`;
  bench.jobs.splice(0);
  await connectSystem(rig, shop, "http://127.0.0.1:1/hook", {
    domains: ["customers", "orders", "fulfillments"],
  });
  const ada = customer(adaId, email);
  await bench.process(
    { shop, topic: "customers/create", body: ada, ...earlier() },
    { shop, topic: "orders/create", body: order(9001, ada), ...earlier() },
    // Not named in the request, but hers.
    { shop, topic: "orders/create", body: order(9002, ada), ...earlier() },
    { shop, topic: "fulfillments/create", body: fulfillment(31, 9001, email), ...earlier() },
    { shop, topic: "refunds/create", body: { id: 5, order_id: 9001, note: email }, ...earlier() },
    { shop, topic: "orders/create", body: `{"broken": "${email}", 9001`, ...earlier() },
    { shop, topic: "orders/create", body: order(9101, customer(702, bobsEmail)), ...earlier() },
  );
  await fanOut();
  await rig.db.query(
    `INSERT INTO delivery_attempts (delivery_id, attempt, at, duration_ms, http_status, response)
     SELECT id, 1, now(), 5, 200, 'thanks for ' || $2 FROM deliveries
     WHERE shop = $1 AND resource_id <> $3`,
    [shop, email, orderGid(9101)],
  );
  await rig.db.query(
    "UPDATE deliveries SET status = 'delivered' WHERE shop = $1 AND resource_id = $2",
    [shop, orderGid(9001)],
  ); // prettier-ignore
}

async function dispute(): Promise<void> {
  await rig.db.transaction((tx) =>
    recordDiscrepancy(rig, tx, {
      shop,
      domain: "customers",
      kind: "write_conflict",
      systemId: null,
      owner: "shopify",
      resource: { type: "Customer", id: customerGid(adaId) },
      sku: null,
      shopifyValue: { email },
      systemValue: { email: "other" },
      cause: `Tried ${email}.`,
      eventId: null,
      correlationId: "c",
      traceparent: "t",
      foundAtMs: Date.now() - 1_000,
    }),
  );
}

/** A system's own write about Ada that waits for Shopify, and one that is over. */
async function write(): Promise<void> {
  const { rows } = await rig.db.query<{ id: string }>("SELECT gen_random_uuid() AS id");
  const eventId = rows[0]?.id ?? "";
  await rig.db.query(
    `INSERT INTO write_intents (id, shop, event_id, reason, domain, resource_type, resource_id,
       target_id, as_of, story, attempt, correlation_id, traceparent, created_at)
     VALUES (gen_random_uuid(), $1, $2, 'system_change', 'customers', 'Customer', $3, $3, now(),
       convert_to($4, 'UTF8'), convert_to($4, 'UTF8'), 'c', 't', now() - interval '1 second')`,
    [shop, eventId, customerGid(adaId), email],
  );
  await rig.db.transaction((tx) =>
    queue.enqueue(tx, "write-back", [
      {
        group: shop,
        payload: {
          shop,
          eventId,
          reason: "system_change",
          systemId: "s",
          domain: "customers",
          resource: { type: "Customer", id: customerGid(adaId) },
          set: { email },
          correlationId: "c",
          traceparent: "t",
        },
      },
    ]),
  );
}

/** Writes that wait; what they would write is sealed, so that no search of the tables finds it. */
async function waitingWrites(): Promise<number> {
  const { rows } = await rig.db.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM pgboss.job WHERE name = 'write-back'",
  );
  return rows[0]?.count ?? 0;
}

describe("customers/redact", () => {
  it("leaves nothing of the person anywhere, keeps the events, and touches nobody else", async () => {
    await live();
    await dispute();
    await write();
    expect(await waitingWrites()).toBe(1);
    expect(await tablesNaming(rig.db, email)).toEqual([
      "public.changes",
      "public.delivery_attempts",
      "public.discrepancies",
      "public.event_bodies",
      "public.mirror_resources",
      "public.write_intents",
    ]);
    const before = await rowCounts(rig.db);
    await bench.process(redaction());
    expect(await answer()).toBe(2);
    expect(await tablesNaming(rig.db, email)).toEqual([]);
    expect(await waitingWrites()).toBe(0);
    const after = await rowCounts(rig.db);
    expect(after["public.events"]).toBe((before["public.events"] ?? 0) + 1);
    expect(after["public.deliveries"]).toBe(before["public.deliveries"]);
    expect(await tablesNaming(rig.db, bobsEmail)).toEqual([
      "public.changes",
      "public.event_bodies",
      "public.mirror_resources",
    ]);
    const [request] = await listRequests(rig.db, shop, 10);
    expect(request).toMatchObject({ kind: "erase", customerId: customerGid(adaId), orders: 1 });
    expect(request?.doneAt).not.toBeNull();
  });

  it.each([
    ["by e-mail alone", () => ({ email: email.toUpperCase() }), 2],
    ["by ids in quotes", () => ({ id: String(adaId), email }), 1],
  ])("names a person %s: nothing of them is left either", async (_way, person, orders) => {
    await live();
    const order = { ...redaction().body, customer: person(), orders_to_redact: ["9001"] };
    await bench.process({ ...redaction(), body: order });
    await answer();
    expect(await tablesNaming(rig.db, email)).toEqual([]);
    expect(await tablesNaming(rig.db, bobsEmail)).toContain("public.mirror_resources");
    const [request] = await listRequests(rig.db, shop, 10);
    expect(request).toMatchObject({ kind: "erase", customerId: customerGid(adaId), orders });
    expect(request?.doneAt).not.toBeNull();
  });

  it("names nobody who is known here: it is done, and says so", async () => {
    shop = await rig.installedShop();
    bench.jobs.splice(0);
    const stranger = { shop_domain: shop, customer: { email: "nobody@example.com" } };
    await bench.process({ shop, topic: "customers/redact", body: stranger });
    await answer();
    const [request] = await listRequests(rig.db, shop, 10);
    expect(request).toMatchObject({ customerId: null, orders: 0 });
    expect(request?.doneAt).not.toBeNull();
  });

  it("ends what still waits to be sent about the person", async () => {
    await live();
    await bench.process(redaction());
    await answer();
    const { rows } = await rig.db.query<{ resource_id: string; status: string }>(
      "SELECT resource_id, status FROM deliveries WHERE shop = $1 ORDER BY resource_id",
      [shop],
    );
    expect(rows.map((row) => `${row.resource_id.slice(14)} ${row.status}`)).toEqual([
      "Customer/701 discarded",
      "Fulfillment/31 discarded",
      "Order/9001 delivered",
      "Order/9002 discarded",
      "Order/9101 pending",
    ]);
  });

  it("erases what was received and not processed yet, and what comes late", async () => {
    await live();
    const late = [
      { shop, topic: "customers/update", body: customer(adaId, email, "2026-11-20T12:00:00Z") },
      {
        shop,
        topic: "orders/updated",
        body: order(9001, customer(adaId, email), "2026-11-20T12:00:00Z"),
      }, // prettier-ignore
      { shop, topic: "orders/create", body: order(9003, customer(adaId, email)) },
      { shop, topic: "fulfillments/create", body: fulfillment(32, 9001, email) },
    ].map((draft) => ({ ...draft, ...earlier() }));
    await bench.receive(...late);
    const waiting = bench.take();
    await bench.process(redaction());
    await answer();
    // Two were found by what they are about; the others are recognised when their turn comes.
    await bench.run(waiting);
    await bench.process(...late.map((draft) => ({ ...draft, webhookId: `again ${draft.topic}` })));
    await bench.process({
      shop,
      topic: "refunds/create",
      body: { id: 6, order_id: 9001, note: email },
      ...earlier(),
    }); // prettier-ignore
    const [lastLook] = taken("answer-privacy-request");
    if (!lastLook) throw new Error("nobody looks once more");
    await answerRequest(deps(), lastLook);
    expect(await tablesNaming(rig.db, email)).toEqual([]);
    expect(taken("fan-out-changes").length).toBe(0);
  });

  it("does not concern what the same person does afterwards", async () => {
    await live();
    await bench.process(redaction());
    await answer();
    const later = { triggeredAt: new Date(Date.now() + 60_000).toISOString() };
    const body = order(9004, customer(adaId, "new@example.com"), later.triggeredAt);
    await bench.process({ shop, topic: "orders/create", body, ...later });
    expect((await bench.events(shop)).at(-1)?.status).toBe("applied");
    expect(await tablesNaming(rig.db, "new@example.com")).toContain("public.changes");
  });

  it("that dies between any two steps is carried to its end by the next run", async () => {
    await live();
    await dispute();
    await bench.process(redaction());
    const [job] = taken("answer-privacy-request");
    if (!job) throw new Error("no job");
    for (let step = 1; step < 14; step += 1) {
      let queries = 0;
      const query = (text: string, values?: unknown[]) => {
        queries += 1;
        if (queries > step) throw new Error("the worker died here");
        return rig.db.query(text, values);
      };
      const mortal = { ...deps(), db: { ...rig.db, query } } as AnswerDeps;
      await answerRequest(mortal, job).catch(() => undefined);
    }
    taken("answer-privacy-request");
    await answerRequest(deps(), job);
    await answer();
    expect(await tablesNaming(rig.db, email)).toEqual([]);
  });

  it("that does not say whom it is about becomes a dead letter that says so", async () => {
    shop = await rig.installedShop();
    await bench.receive({ shop, topic: "customers/redact", body: { shop_domain: shop } });
    expect((await bench.events(shop))[0]).toMatchObject({
      status: "dead",
      reason: "The body does not say which customer it is about (customer.id or customer.email).",
    });
  });
});

describe("customers/data_request", () => {
  it("is put before the merchant, with everything that is held and who was sent it", async () => {
    await live();
    await bench.process({
      shop,
      topic: "customers/data_request",
      body: {
        shop_domain: shop,
        customer: { id: adaId, email },
        orders_requested: [9001],
        data_request: { id: 1 },
      },
    });
    await answer();
    const [request] = await listRequests(rig.db, shop, 10);
    if (!request) throw new Error("no request");
    expect(request).toMatchObject({ kind: "show", doneAt: null });
    const held = await exportCustomer(rig, shop, request.id, "user:1");
    expect(held).toMatchObject({ customerId: customerGid(adaId), sentTo: ["Warehouse"] });
    const records = held?.["records"] as { id: string; state: unknown }[];
    expect(records.map((record) => record.id)).toEqual([
      customerGid(adaId),
      "gid://shopify/Fulfillment/31",
      orderGid(9001),
      orderGid(9002),
    ]);
    expect(JSON.stringify(held)).toContain(email);
    expect(JSON.stringify(held)).not.toContain(bobsEmail);
    expect((await listRequests(rig.db, shop, 10))[0]?.doneAt).not.toBeNull();
    expect(await exportCustomer(rig, await rig.installedShop(), request.id, "user:1")).toBeNull();
    const { rows } = await rig.db.query(
      "SELECT actor, action, subject FROM audit_entries WHERE shop = $1 AND action = 'customer.exported'",
      [shop],
    );
    expect(rows).toEqual([
      { actor: "user:1", action: "customer.exported", subject: customerGid(adaId) },
    ]);
  });
});
