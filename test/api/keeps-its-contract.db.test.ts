import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createWorkbench } from "#test/processing/workbench.ts";
import { productBody } from "#test/worker/webhooks.ts";
import { type ApiRig, createApiRig } from "./api-rig.ts";
import { contradiction, operationsOf } from "./conformance.ts";

let api: ApiRig;
let shop: string;
let merchant: string;
let system: { id: string; apiKey: string; signingSecret: string };

const wanted = {
  name: "Warehouse",
  kind: "wms",
  url: "http://127.0.0.1:9/hook",
  domains: ["inventory", "products"],
};

beforeAll(async () => {
  api = await createApiRig();
  shop = await api.rig.installedShop();
  merchant = api.merchant(shop);
  const made = await api.call(merchant, "POST", "/systems", wanted);
  expect(made.status).toBe(201);
  system = made.body as typeof system;
  const bench = createWorkbench(api.rig);
  await bench.process({
    shop,
    topic: "products/create",
    body: productBody(7, new Date().toISOString(), [{ id: 70, price: "10.00", sku: "MUG" }]),
  });
});
afterAll(() => api.close());

const operations = () => operationsOf(api.document);

const filled = (path: string, id: string) => path.replaceAll(/\{\w+\}/g, id);

const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string().min(5),
  errors: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
});

describe("every call the document names", () => {
  it("without a key, with somebody else's word or of a store that left is 401", async () => {
    const gone = api.merchant("gone.myshopify.com");
    const expired = api.merchant(shop, { exp: 1, nbf: 0 });
    const foreign = api.merchant(shop, { aud: "another-app" });
    for (const { path, method } of operations())
      for (const bearer of [undefined, "cvk_guessed", "x.y.z", gone, expired, foreign]) {
        const answer = await api.call(bearer, method.toUpperCase(), filled(path, randomUUID()));
        expect([path, answer.status]).toEqual([path, 401]);
        expect(answer.type).toContain("application/problem+json");
        expect(problem.parse(answer.body).status).toBe(401);
        expect(answer.headers.get("www-authenticate")).toContain("Bearer");
      }
  });

  it("with an id of another store is 404, whatever the id", async () => {
    const other = api.merchant(await api.rig.installedShop());
    for (const { path, method, requestBody } of operations()) {
      // Of a record nothing is known here: an empty story, not a missing one.
      if (!path.includes("{") || requestBody !== undefined || path.includes("gid")) continue;
      for (const id of [system.id, randomUUID(), "1", "%27%3B--", "%E0%A4%A"]) {
        const answer = await api.call(other, method.toUpperCase(), filled(path, id));
        expect([path, id, answer.status]).toEqual([path, id, id === "%E0%A4%A" ? 400 : 404]);
        problem.parse(answer.body);
      }
    }
  });

  it("with an empty body is refused by the name of a field, and changes nothing", async () => {
    for (const { path, method, requestBody } of operations()) {
      // Streams are no JSON: what they refuse is tested where they are taken.
      if (requestBody === undefined || method === "patch" || path.startsWith("/snapshots"))
        continue;
      const bearer = path === "/changes" ? system.apiKey : merchant;
      const answer = await api.call(bearer, method.toUpperCase(), filled(path, randomUUID()), {});
      expect([path, answer.status]).toEqual([path, 422]);
      const { errors } = problem.parse(answer.body);
      expect(errors?.[0]?.field).not.toBe("");
      for (const [bad, status] of [
        ["{", 400],
        ["[1", 400],
        ['"x"', 422],
        ["null", 422],
      ] as const)
        expect((await api.call(bearer, method.toUpperCase(), filled(path, "1"), bad)).status).toBe(
          status,
        );
    }
  });

  it("is of OpenAPI 3.1, and an answer that contradicts it would be noticed", () => {
    expect(api.document.openapi).toBe("3.1.0");
    const good = { status: 200, type: "application/json", body: { items: [], next: null } };
    const wrong = (change: object) =>
      contradiction(api.document, { method: "GET", path: "/events?limit=1", ...good, ...change });
    expect(wrong({})).toBeNull();
    for (const change of [
      { body: { items: [] } },
      { body: { items: [{}], next: null } },
      { body: null },
      { type: "text/html" },
      { status: 422 },
      { path: "/secrets" },
    ])
      expect(wrong(change)).not.toBeNull();
  });

  it("that reads answers what its schema says", async () => {
    const events = (await api.call(merchant, "GET", "/events")).body as { items: { id: string }[] };
    expect(events.items).not.toEqual([]);
    const ids: Record<string, string> = {
      "/resources/{gid}/timeline": "gid%3A%2F%2Fshopify%2FProduct%2F7",
      "/systems/{id}": system.id,
      "/events/{id}": events.items[0]?.id ?? "",
    };
    for (const { path, method } of operations()) {
      if (method !== "get" || (path.includes("{") && !(path in ids))) continue;
      for (const bearer of [merchant, system.apiKey]) {
        const answer = await api.call(bearer, "GET", filled(path, ids[path] ?? ""));
        expect([path, answer.status]).toEqual([path, 200]);
      }
    }
  });
});

describe("paths and methods", () => {
  it("that do not exist are 404 and 405, said as a problem", async () => {
    expect((await api.call(merchant, "GET", "/nonsense")).status).toBe(404);
    const answer = await api.call(merchant, "DELETE", "/systems");
    expect([answer.status, problem.parse(answer.body).title]).toEqual([405, "Method not allowed"]);
    expect(answer.headers.get("allow")).toBe("GET, POST");
  });
});

describe("lists", () => {
  it("are paged to the end without a gap or a repeat, and bad pages are named", async () => {
    const bench = createWorkbench(api.rig);
    const mine = await api.rig.installedShop();
    for (let id = 1; id <= 5; id += 1)
      await bench.process({
        shop: mine,
        topic: "products/create",
        body: productBody(id, new Date().toISOString(), []),
      });
    const bearer = api.merchant(mine);
    const seen: string[] = [];
    let next: string | null = "";
    while (next !== null) {
      const path: string = `/events?limit=2${next === "" ? "" : `&after=${next}`}`;
      const page = (await api.call(bearer, "GET", path)).body as {
        items: { id: string }[];
        next: string | null;
      };
      seen.push(...page.items.map((item) => item.id));
      next = page.next;
    }
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
    for (const [query, field] of [
      ["limit=0", "limit"],
      ["limit=x", "limit"],
      ["from=yesterday", "from"],
      ["status=odd", "status"],
      ["after=garbled", "after"],
    ] as const) {
      const answer = await api.call(bearer, "GET", `/events?${query}`);
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    }
  });
});

describe("a system", () => {
  it("shows its secrets once; its key works until it is disconnected", async () => {
    const made = await api.call(merchant, "POST", "/systems", wanted);
    const created = made.body as typeof system;
    expect(created.apiKey).toMatch(/^cvk_/);
    expect(created.signingSecret).toMatch(/^whsec_/);
    const read = (await api.call(created.apiKey, "GET", `/systems/${created.id}`)).body;
    expect(JSON.stringify(read)).not.toMatch(/cvk_|whsec_/);
    const { rows } = await api.rig.db.query("SELECT * FROM api_keys");
    expect(JSON.stringify(rows)).not.toContain(created.apiKey);
    expect((await api.call(merchant, "DELETE", `/systems/${created.id}`)).status).toBe(204);
    expect((await api.call(created.apiKey, "GET", "/systems")).status).toBe(401);
    expect((await api.call(merchant, "GET", `/systems/${created.id}`)).status).toBe(404);
  });

  it("is changed in part; what is wrong is named and nothing is changed", async () => {
    const path = `/systems/${system.id}`;
    const changed = await api.call(merchant, "PATCH", path, {
      name: "Main",
      deliveryPolicy: { maxAttempts: 3 },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        name: "Main",
        url: wanted.url,
        deliveryPolicy: { maxAttempts: 3, timeoutMs: 10_000 },
      },
    });
    for (const [patch, field] of [
      [{ domains: ["weather"] }, "domains.0"],
      [{ deliveryPolicy: { maxAttempts: 0 } }, "deliveryPolicy.maxAttempts"],
      [{ url: "ftp://x" }, "url"],
      [{ colour: "red" }, "colour"],
    ] as const)
      expect(await api.call(merchant, "PATCH", path, patch)).toMatchObject({
        status: 422,
        body: { errors: [{ field }] },
      });
    expect((await api.call(merchant, "GET", path)).body).toEqual(changed.body);
  });

  it("pauses, resumes, tests and gets a new secret, itself or by the merchant, never by another", async () => {
    const other = (await api.call(merchant, "POST", "/systems", wanted)).body as typeof system;
    const path = `/systems/${system.id}`;
    expect(await api.call(system.apiKey, "POST", `${path}/pause`)).toMatchObject({
      body: { status: "paused" },
    });
    expect(await api.call(merchant, "POST", `${path}/resume`)).toMatchObject({
      body: { status: "active" },
    });
    expect(await api.call(merchant, "POST", `${path}/test`)).toMatchObject({
      status: 200,
      body: { ok: false },
    });
    expect((await api.call(merchant, "POST", `${path}/rotate-secret`)).body).toMatchObject({
      signingSecret: expect.stringMatching(/^whsec_/) as string,
    });
    for (const verb of ["pause", "resume", "test", "rotate-secret"])
      expect((await api.call(other.apiKey, "POST", `${path}/${verb}`)).status).toBe(403);
    expect((await api.call(other.apiKey, "PUT", "/ownership-rules", { items: [] })).status).toBe(
      403,
    );
  });
});

describe("a POST with a key", () => {
  it("twice is done once; with another body it is refused; at once it is done once", async () => {
    const key = { "idempotency-key": randomUUID() };
    const first = await api.call(merchant, "POST", "/systems", wanted, key);
    const again = await api.call(merchant, "POST", "/systems", wanted, key);
    expect(again).toEqual(first);
    expect(
      await api.call(merchant, "POST", "/systems", { ...wanted, name: "Else" }, key),
    ).toMatchObject({ status: 422 });
    const same = { "idempotency-key": randomUUID() };
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => api.call(merchant, "POST", "/systems", wanted, same)),
    );
    const made = answers
      .filter(({ status }) => status === 201)
      .map(({ body }) => (body as typeof system).id);
    expect(new Set(made).size).toBe(1);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  });

  it("that was refused may be sent again, mended", async () => {
    const key = { "idempotency-key": randomUUID() };
    expect(
      (await api.call(merchant, "POST", "/systems", { ...wanted, kind: "?" }, key)).status,
    ).toBe(422);
    expect((await api.call(merchant, "POST", "/systems", wanted, key)).status).toBe(201);
  });
});

describe("a change of a system", () => {
  const change = {
    domain: "inventory",
    sku: "MUG",
    set: { available: 5 },
    observedAt: new Date().toISOString(),
  };
  const own = (owner: string) =>
    api.call(merchant, "PUT", "/ownership-rules", { items: [{ domain: "inventory", owner }] });
  const taken = () => api.queue.jobs.filter((job) => job.name === "process-events");
  const eventOf = async (id: string) =>
    (await api.call(merchant, "GET", `/events/${id}`)).body as Record<string, unknown>;

  it("that does not own the data is refused with an explanation, and nothing is written", async () => {
    await own("shopify");
    const before = taken();
    const answer = await api.call(system.apiKey, "POST", "/changes", change);
    expect(answer.status).toBe(409);
    expect(problem.parse(answer.body).detail).toContain("Shopify does");
    expect(taken()).toEqual(before);
  });

  it("that owns it is taken in as an event, and can be asked about", async () => {
    await own(system.id);
    const answer = await api.call(system.apiKey, "POST", "/changes", change);
    expect(answer.status).toBe(202);
    const { id } = answer.body as { id: string };
    expect(taken().at(-1)).toMatchObject({ payload: { eventIds: [id] } });
    expect(await eventOf(id)).toMatchObject({ source: "system", domain: "inventory" });
    expect(await api.call(system.apiKey, "GET", `/changes/${id}`)).toMatchObject({
      status: 200,
      body: { id, status: "pending", reason: null },
    });
  });

  it("goes on with the caller's correlation id and trace, where they are well formed", async () => {
    await own(system.id);
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const send = async (headers: Record<string, string>) => {
      const answer = await api.call(system.apiKey, "POST", "/changes", change, headers);
      const { rows } = await api.rig.db.query<{ correlationId: string; traceparent: string }>(
        'SELECT correlation_id AS "correlationId", traceparent FROM events WHERE id = $1',
        [(answer.body as { id: string }).id],
      );
      return rows[0] ?? { correlationId: "", traceparent: "" };
    };
    const good = await send({
      "x-correlation-id": "c-7",
      traceparent: `00-${trace}-b7ad6b7169203331-01`,
    });
    expect(good.correlationId).toBe("c-7");
    expect(good.traceparent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    expect(good.traceparent).not.toContain("b7ad6b7169203331");
    const bad = await send({
      "x-correlation-id": "x".repeat(201),
      traceparent: `00-${"0".repeat(32)}-b7ad6b7169203331-01`,
    });
    expect(bad.correlationId).toMatch(/^change:/);
    expect(bad.traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it.each([
    [{ sku: "NO-SUCH" }, "sku"],
    [{ sku: undefined }, "sku"],
    [{ sku: undefined, resourceId: "gid://shopify/Product/1" }, "resourceId"],
    [{ set: {} }, "set"],
    [{ set: { available: 1, onHand: 1 } }, "set"],
    [{ set: { available: 1.5 } }, "set.available"],
    [{ set: { available: 2e9 } }, "set.available"],
    [{ set: { available: 1, price: "1" } }, "set.price"],
    [{ observedAt: "2100-01-01T00:00:00Z" }, "observedAt"],
    [{ observedAt: undefined }, "observedAt"],
    [{ basedOnVersion: "soon" }, "basedOnVersion"],
    [{ locationId: "7" }, "locationId"],
    [{ shop: "other.myshopify.com" }, "shop"],
    [{ domain: "weather" }, "domain"],
    // Taken no notice of, it would be written to another place.
    [{ locationID: "gid://shopify/Location/7" }, "locationID"],
  ])("%j is refused by the name of %s", async (more, field) => {
    await own(system.id);
    const before = taken().length;
    const answer = await api.call(system.apiKey, "POST", "/changes", { ...change, ...more });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    expect(taken()).toHaveLength(before);
  });
});
