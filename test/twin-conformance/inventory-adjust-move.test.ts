import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Twin } from "#test/twin/types.ts";
import {
  ADJUST,
  deltas,
  group,
  type Ids,
  makePlace,
  MOVE,
  readQuantities,
  userErrors,
} from "./inventory-support.ts";
import { at, type Client, installedClient, startSmallTwin } from "./support.ts";

let twin: Twin;
let client: Client;

beforeAll(async () => {
  twin = await startSmallTwin();
  client = await installedClient(twin);
});
afterAll(() => twin.close());

const place = (available?: number) => makePlace(twin, available);
const quantities = (where: Ids) => readQuantities(client, where);

describe("inventoryAdjustQuantities", () => {
  const adjust = (name: string, rows: object[]) =>
    client(ADJUST, { input: { name, reason: "damaged", changes: rows }, key: randomUUID() });

  it("adds to available, and to other states with a ledger document", async () => {
    const { ids: where } = place(10);
    const available = await adjust("available", [{ ...where, delta: -3, changeFromQuantity: 10 }]);
    expect(deltas(available, "inventoryAdjustQuantities")).toEqual([
      ["available", -3],
      ["on_hand", -3],
    ]);
    const ledgerDocumentUri = "app://count/1";
    const row = { ...where, delta: 2, changeFromQuantity: 0, ledgerDocumentUri };
    const damaged = await adjust("damaged", [row]);
    expect(group(damaged, "inventoryAdjustQuantities")?.changes).toMatchObject([
      { name: "damaged", delta: 2, ledgerDocumentUri },
      { name: "on_hand", delta: 2, ledgerDocumentUri: null },
    ]);
    const incoming = await adjust("incoming", [{ ...row, delta: 5 }]);
    expect(deltas(incoming, "inventoryAdjustQuantities")).toEqual([["incoming", 5]]);
    expect(await quantities(where)).toMatchObject({
      available: 7,
      damaged: 2,
      incoming: 5,
      on_hand: 9,
    });
  });

  it("holds to the ledger rules", async () => {
    const { ids: where } = place();
    const code = async (name: string, ledgerDocumentUri?: string) =>
      userErrors(
        await adjust(name, [
          {
            ...where,
            delta: 1,
            changeFromQuantity: null,
            ...(ledgerDocumentUri === undefined ? {} : { ledgerDocumentUri }),
          },
        ]),
        "inventoryAdjustQuantities",
      )[0]?.code;
    expect(await code("available", "app://x/1")).toBe("INVALID_AVAILABLE_DOCUMENT");
    expect(await code("reserved")).toBe("INVALID_QUANTITY_DOCUMENT");
    expect(await code("reserved", "gid://shopify/Order/1")).toBe("INTERNAL_LEDGER_DOCUMENT");
    expect(await code("on_hand")).toBe("INVALID_QUANTITY_NAME");
    const two = ["app://x/1", "app://x/2"].map((ledgerDocumentUri) => ({
      ...where,
      delta: 1,
      changeFromQuantity: null,
      ledgerDocumentUri,
    }));
    expect(userErrors(await adjust("reserved", two), "inventoryAdjustQuantities")[0]).toMatchObject(
      {
        field: ["input", "changes"],
        code: "MAX_ONE_LEDGER_DOCUMENT",
      },
    );
  });
});

describe("inventoryMoveQuantities", () => {
  const move = (where: Ids, from: object, to: object, quantity = 4) =>
    client(MOVE, {
      input: {
        reason: "reservation_created",
        referenceDocumentUri: "gid://converge/Hold/1",
        changes: [
          {
            inventoryItemId: where.inventoryItemId,
            quantity,
            from: { locationId: where.locationId, changeFromQuantity: null, ...from },
            to: { locationId: where.locationId, changeFromQuantity: null, ...to },
          },
        ],
      },
      key: randomUUID(),
    });
  const available = { name: "available" };
  const reserved = { name: "reserved", ledgerDocumentUri: "app://hold/1" };

  it("holds and releases: available to reserved and back", async () => {
    const { ids: where } = place(10);
    const held = await move(where, { ...available, changeFromQuantity: 10 }, reserved);
    expect(deltas(held, "inventoryMoveQuantities")).toEqual([
      ["available", -4],
      ["reserved", 4],
    ]);
    expect(await quantities(where)).toMatchObject({ available: 6, reserved: 4, on_hand: 10 });
    await move(where, reserved, available);
    expect(await quantities(where)).toMatchObject({ available: 10, reserved: 0, on_hand: 10 });
  });

  it.each([
    ["the same state", { name: "available" }, { name: "available" }, "SAME_QUANTITY_NAME"],
    ["no ledger document", available, { name: "reserved" }, "INVALID_QUANTITY_DOCUMENT"],
    [
      "a ledger document on available",
      { name: "available", ledgerDocumentUri: "app://x/1" },
      { name: "reserved", ledgerDocumentUri: "app://x/1" },
      "INVALID_AVAILABLE_DOCUMENT",
    ],
    ["an unknown state", { name: "committed" }, available, "INVALID_QUANTITY_NAME"],
    [
      "a stale value",
      { name: "available", changeFromQuantity: 1 },
      reserved,
      "CHANGE_FROM_QUANTITY_STALE",
    ],
    ["more than there is", reserved, available, "MOVE_QUANTITIES_FAILED"],
    [
      "two ledger documents",
      { name: "damaged", ledgerDocumentUri: "app://x/1" },
      { name: "reserved", ledgerDocumentUri: "app://x/2" },
      "MAXIMUM_LEDGER_DOCUMENT_URIS",
    ],
  ])("refuses %s", async (_name, from, to, code) => {
    const { ids: where } = place(10);
    const codes = userErrors(await move(where, from, to), "inventoryMoveQuantities").map(
      (error) => error.code,
    );
    expect(codes).toContain(code);
    expect(await quantities(where)).toMatchObject({ available: 10, reserved: 0 });
  });

  it("stays at one location and wants both comparisons", async () => {
    const { ids: where } = place(10);
    const elsewhere = twin.operations.listStores()[0]?.locations[1]?.id ?? "";
    const to = { ...reserved, locationId: `gid://shopify/Location/${elsewhere}` };
    const apart = userErrors(await move(where, available, to), "inventoryMoveQuantities");
    expect(apart[0]).toMatchObject({
      message: "The quantities can't be moved between different locations.",
      code: "DIFFERENT_LOCATIONS",
    });
    const { errors } = await move(where, available, { ...reserved, changeFromQuantity: undefined });
    expect(errors?.[0]?.extensions.code).toBe("INVALID_FIELD_ARGUMENTS");
  });
});

describe("inventoryActivate", () => {
  const ACTIVATE = `mutation Activate($item: ID!, $location: ID!, $available: Int, $key: String!) {
    inventoryActivate(inventoryItemId: $item, locationId: $location, available: $available)
        @idempotent(key: $key) {
      inventoryLevel { id } userErrors { field message }
    }
  }`;

  it("keeps the quantities of a level that is active already", async () => {
    const { ids: where } = place(13);
    const ids = { item: where.inventoryItemId, location: where.locationId };
    const plain = await client(ACTIVATE, { ...ids, key: randomUUID() });
    expect(at(plain, "inventoryActivate", "inventoryLevel")).not.toBeNull();
    const refused = await client(ACTIVATE, { ...ids, available: 1, key: randomUUID() });
    expect(at(refused, "inventoryActivate", "userErrors")).toEqual([
      {
        field: null,
        message:
          "Not allowed to set available quantity when the item is already active at the location.",
      },
    ]);
    expect((await quantities(where))["available"]).toBe(13);
  });
});
