import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Twin } from "#test/twin/types.ts";
import {
  deltas,
  group,
  type Ids,
  makePlace,
  readQuantities,
  SET,
  userErrors,
} from "./inventory-support.ts";
import { type Client, installedClient, NORTH, startSmallTwin } from "./support.ts";

let twin: Twin;
let client: Client;
let nowMs = Date.parse("2026-11-23T10:00:00Z");

beforeAll(async () => {
  twin = await startSmallTwin({ now: () => nowMs });
  client = await installedClient(twin);
});
afterAll(() => twin.close());

const place = (available?: number) => makePlace(twin, available);
const quantities = (where: Ids) => readQuantities(client, where);

const setInput = (rows: object[], changes: object = {}) => ({
  name: "available",
  reason: "correction",
  referenceDocumentUri: "gid://converge/Intent/1",
  quantities: rows,
  ...changes,
});

const set = (rows: object[], changes: object = {}, key: string = randomUUID()) =>
  client(SET, { input: setInput(rows, changes), key });

describe("inventorySetQuantities", () => {
  it("sets when the expected value is there, and says what moved", async () => {
    const { ids: where } = place(20);
    const body = await set([{ ...where, quantity: 27, changeFromQuantity: 20 }]);
    expect(userErrors(body, "inventorySetQuantities")).toEqual([]);
    expect(group(body, "inventorySetQuantities")).toMatchObject({
      reason: "correction",
      referenceDocumentUri: "gid://converge/Intent/1",
      changes: [
        { name: "available", delta: 7, quantityAfterChange: null, ledgerDocumentUri: null },
        { name: "on_hand", delta: 7, quantityAfterChange: null, ledgerDocumentUri: null },
      ],
    });
    expect(await quantities(where)).toMatchObject({ available: 27, on_hand: 27 });
  });

  it("changes nothing at all when one row is stale", async () => {
    const [good, stale] = [place(5).ids, place(6).ids];
    const body = await set([
      { ...good, quantity: 1, changeFromQuantity: 5 },
      { ...stale, quantity: 1, changeFromQuantity: 99 },
    ]);
    expect(group(body, "inventorySetQuantities")).toBeNull();
    expect(userErrors(body, "inventorySetQuantities")).toEqual([
      {
        field: ["input", "quantities", "1", "changeFromQuantity"],
        message: expect.any(String) as string,
        code: "CHANGE_FROM_QUANTITY_STALE",
      },
    ]);
    expect((await quantities(good))["available"]).toBe(5);
  });

  it("skips the comparison for null, and wants the argument otherwise", async () => {
    const { ids: where } = place(3);
    const skipped = await set([{ ...where, quantity: 9, changeFromQuantity: null }]);
    expect(deltas(skipped, "inventorySetQuantities")).toEqual([
      ["available", 6],
      ["on_hand", 6],
    ]);
    const { data, errors } = await set([{ ...where, quantity: 10 }]);
    expect(data).toEqual({ inventorySetQuantities: null });
    expect(errors?.[0]).toMatchObject({
      message: "InventoryQuantityInput must include the following argument: changeFromQuantity.",
      path: ["inventorySetQuantities"],
      extensions: { code: "INVALID_FIELD_ARGUMENTS" },
    });
  });

  it("sets on hand by moving available, leaving what is committed alone", async () => {
    const { ids: where, sku } = place(10);
    const { locationId } = where;
    twin.operations.sell({ shop: NORTH, sku, quantity: 4, locationId });
    expect(await quantities(where)).toMatchObject({ available: 6, committed: 4, on_hand: 10 });
    const body = await set([{ ...where, quantity: 12, changeFromQuantity: 10 }], {
      name: "on_hand",
    });
    expect(deltas(body, "inventorySetQuantities")).toEqual([
      ["available", 2],
      ["on_hand", 2],
    ]);
    expect(await quantities(where)).toMatchObject({ available: 8, committed: 4, on_hand: 12 });
  });

  it("lets available be negative, but not on hand, within a thousand million", async () => {
    const { ids: where } = place(0);
    const row = (quantity: number) => [{ ...where, quantity, changeFromQuantity: null }];
    const below = await set(row(-5));
    expect(userErrors(below, "inventorySetQuantities")).toEqual([]);
    const codes = async (quantity: number, name: string) =>
      userErrors(await set(row(quantity), { name }), "inventorySetQuantities").map(
        ({ code, message }) => [code, message],
      );
    expect(await codes(-5, "on_hand")).toEqual([
      ["INVALID_QUANTITY_NEGATIVE", "The quantity can't be negative."],
    ]);
    expect(await codes(1_000_000_001, "available")).toEqual([
      ["INVALID_QUANTITY_TOO_HIGH", "The quantity can't be higher than 1,000,000,000."],
    ]);
    expect(await codes(-1_000_000_001, "available")).toEqual([
      ["INVALID_QUANTITY_TOO_LOW", "The quantity can't be lower than -1,000,000,000."],
    ]);
  });

  it("complains about names, reasons, documents, ids and repeats as recorded", async () => {
    const { ids: where } = place();
    const row = { ...where, quantity: 1, changeFromQuantity: null };
    const errorsOf = async (rows: object[], changes: object = {}) =>
      userErrors(await set(rows, changes), "inventorySetQuantities");
    expect(await errorsOf([row], { name: "damaged" })).toEqual([
      {
        field: ["input", "name"],
        message: "The quantity name must be either 'available' or 'on_hand'.",
        code: "INVALID_NAME",
      },
    ]);
    expect((await errorsOf([row], { reason: "because" }))[0]).toMatchObject({
      field: ["input", "reason"],
      message: expect.stringMatching(
        /^The specified reason is invalid\. Valid values are: correction, cycle_count_available,/,
      ) as string,
      code: "INVALID_REASON",
    });
    expect((await errorsOf([row], { referenceDocumentUri: "no uri" }))[0]?.code).toBe(
      "INVALID_REFERENCE_DOCUMENT",
    );
    expect(await errorsOf([{ ...row, inventoryItemId: "gid://shopify/InventoryItem/1" }])).toEqual([
      {
        field: ["input", "quantities", "0", "inventoryItemId"],
        message: "The specified inventory item could not be found.",
        code: "INVALID_INVENTORY_ITEM",
      },
    ]);
    expect(await errorsOf([{ ...row, locationId: "gid://shopify/Location/1" }])).toEqual([
      {
        field: ["input", "quantities", "0", "locationId"],
        message: "The specified location could not be found.",
        code: "INVALID_LOCATION",
      },
    ]);
    expect(await errorsOf([row, row, row])).toEqual(
      ["1", "2"].map((index) => ({
        field: ["input", "quantities", index, "locationId"],
        message: "The combination of inventoryItemId and locationId must be unique.",
        code: "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR",
      })),
    );
  });
});

describe("@idempotent", () => {
  const one = (where: object, quantity: number) => [
    { ...where, quantity, changeFromQuantity: null },
  ];

  it("is required, and its key must not be blank", async () => {
    const { ids: where } = place();
    const bare = SET.replace("@idempotent(key: $key)", "").replace(", $key: String!", "");
    const { data, errors } = await client(bare, { input: setInput(one(where, 1)) });
    expect(data).toEqual({ inventorySetQuantities: null });
    expect(errors).toEqual([
      {
        message: "The @idempotent directive is required for this mutation but was not provided.",
        locations: [{ line: 2, column: 3 }],
        path: ["inventorySetQuantities"],
        extensions: { code: "BAD_REQUEST" },
      },
    ]);
    const blank = await set(one(where, 1), {}, " ");
    expect(blank.errors?.[0]?.extensions.code).toBe("BAD_REQUEST");
  });

  it("does the same thing once, and refuses the key for another", async () => {
    const { ids: where, sku } = place(1);
    const key = randomUUID();
    const first = await set(one(where, 8), {}, key);
    twin.operations.setStock({
      shop: NORTH,
      sku,
      locationId: where.locationId,
      available: 3,
    });
    const again = await set(one(where, 8), {}, key);
    expect(again.data).toEqual(first.data);
    expect((await quantities(where))["available"]).toBe(3);
    const other = await set(one(where, 9), {}, key);
    expect(group(other, "inventorySetQuantities")).toBeNull();
    expect(userErrors(other, "inventorySetQuantities")[0]?.code).toBe(
      "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
    );
  });

  it("wants a new key after a failed attempt, and forgets keys after 24 hours", async () => {
    const { ids: where } = place(1);
    const key = randomUUID();
    const rows = [{ ...where, quantity: 2, changeFromQuantity: 99 }];
    expect(userErrors(await set(rows, {}, key), "inventorySetQuantities")[0]?.code).toBe(
      "CHANGE_FROM_QUANTITY_STALE",
    );
    expect(userErrors(await set(rows, {}, key), "inventorySetQuantities")[0]?.code).toBe(
      "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
    );
    nowMs += 24 * 3_600_000 + 1_000;
    client = await installedClient(twin);
    expect(userErrors(await set(rows, {}, key), "inventorySetQuantities")[0]?.code).toBe(
      "CHANGE_FROM_QUANTITY_STALE",
    );
  });

  it("refuses a second request while the first is running", async () => {
    const slow = await startSmallTwin({ mutationLatencyMs: 100 });
    try {
      const slowClient = await installedClient(slow);
      const { ids: where } = makePlace(slow);
      const request = { input: setInput(one(where, 77)), key: randomUUID() };
      const answers = await Promise.all([slowClient(SET, request), slowClient(SET, request)]);
      const codes = answers.flatMap((body) =>
        userErrors(body, "inventorySetQuantities").map(({ code }) => code),
      );
      expect(codes).toEqual(["IDEMPOTENCY_CONCURRENT_REQUEST"]);
    } finally {
      await slow.close();
    }
  });
});
