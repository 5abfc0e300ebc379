import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { answerHold } from "#app/coordination/index.server.ts";
import { actOnHolds, loadArticle } from "#app/routes/app.inventory.$id/article.presenter.server.ts";
import { deleteSystem, pauseSystem } from "#app/systems/index.server.ts";
import { connectSystem } from "#test/delivery/publish.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createPoolRig } from "./pool-rig.ts";

/** What a person does about holds on the screen of an article, where somebody has to be asked. */

let rig: Awaited<ReturnType<typeof createPoolRig>>;
let poolId: string;
let carrier: string;

beforeAll(async () => {
  rig = await createPoolRig();
  carrier = (await connectSystem(rig, SOUTH, "http://127.0.0.1:9/")).id;
});
afterAll(() => rig.close());
beforeEach(async () => {
  const sku = rig.nextShared({ north: 10, south: 10 });
  await rig.tellBoth(sku);
  await rig.say(sku, { available: 10 });
  await rig.settle();
  poolId = (await rig.pool(sku))?.id ?? "";
});

const hold = async (participants: readonly string[]) => {
  const units = { quantity: 3, reference: "#1001", ttlSeconds: 600 };
  const request = { intent: "hold", ...units, participants } as const;
  const outcome = await actOnHolds(rig.deps, NORTH, poolId, request);
  await rig.settle();
  return outcome;
};
const page = async () => {
  const read = await loadArticle(rig.deps, NORTH, poolId, null);
  if (read === null) throw new Error("there is no such article");
  return read;
};

it("asks the systems of the store and of its group, and leaves the decision to them", async () => {
  expect((await page()).systems).toMatchObject([
    { id: rig.warehouse.id, shop: NORTH, active: true },
    { id: carrier, shop: SOUTH, active: true },
  ]);
  expect(await hold([carrier])).toEqual({ ok: true, toast: "Units held until all have agreed" });
  const [held] = (await page()).holds;
  expect(held).toMatchObject({
    status: "held",
    autoConfirm: true,
    participants: [{ systemId: carrier, answer: null }],
  });
  const confirm = { intent: "confirm", id: held?.id ?? "" } as const;
  expect(await actOnHolds(rig.deps, NORTH, poolId, confirm)).toMatchObject({ ok: false });
  await answerHold(rig.deps, carrier, confirm.id, "acknowledged");
  expect((await page()).holds).toMatchObject([{ status: "confirmed" }]);
});

it("asks nobody unless told to, and then a person confirms", async () => {
  expect(await hold([])).toEqual({ ok: true, toast: "Units held" });
  const { holds } = await page();
  expect(holds).toMatchObject([{ status: "held", autoConfirm: false, participants: [] }]);
});

it("says at the field that somebody cannot be asked any more, and holds nothing", async () => {
  const { id } = await connectSystem(rig, NORTH, "http://127.0.0.1:9/");
  await pauseSystem(rig, NORTH, "user:1", id);
  expect((await page()).systems).toContainEqual(expect.objectContaining({ id, active: false }));
  await deleteSystem(rig, NORTH, "user:1", id);
  expect(await hold([carrier, id])).toEqual({
    ok: false,
    errors: [
      {
        field: "participants",
        message: "No such system is connected to this store, or to one of its group.",
      },
    ],
  });
  expect((await page()).holds).toEqual([]);
});
