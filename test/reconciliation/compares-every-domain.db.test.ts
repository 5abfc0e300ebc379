import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DataDomain } from "#app/data-domains.ts";
import { knownStates } from "#app/mirror/index.server.ts";
import { updateSystem } from "#app/systems/index.server.ts";
import { ownFields } from "#app/reconciliation/compare-fields.ts";
import { comparedDomain } from "#app/reconciliation/compared-domains.ts";
import { openState } from "#app/reconciliation/compare-rows.ts";
import { createReconRig, type ReconRig } from "./recon-rig.ts";

const domains = ["products", "pricing", "orders", "customers"] as const;

/** What people do in Shopify, of which no webhook tells: one field, and what it says then. */
const silently: Readonly<
  Record<
    (typeof domains)[number],
    { field: string; value: string; mutation: (id: string, state: State) => string }
  >
> = {
  products: {
    field: "title",
    value: "Renamed by hand",
    mutation: (id) =>
      `mutation { productUpdate(product: { id: "${id}", title: "Renamed by hand" }) { userErrors { message } } }`,
  },
  pricing: {
    field: "price",
    value: "123.45",
    mutation: (id, state) =>
      `mutation { productVariantsBulkUpdate(productId: "${String(state["product"])}",
         variants: [{ id: "${id}", price: "123.45" }]) { userErrors { message } } }`,
  },
  orders: {
    field: "note",
    value: "By hand",
    mutation: (id) =>
      `mutation { orderUpdate(input: { id: "${id}", note: "By hand" }) { userErrors { message } } }`,
  },
  customers: {
    field: "firstName",
    value: "Byhand",
    mutation: (id) =>
      `mutation { customerUpdate(input: { id: "${id}", firstName: "Byhand" }) { userErrors { message } } }`,
  },
};

type State = Readonly<Record<string, unknown>>;

let recon: ReconRig;

beforeAll(async () => {
  recon = await createReconRig();
  const { rig, shop, system } = recon;
  const changes = { domains: ["inventory", ...domains] };
  const updated = await updateSystem(rig, shop, "user:1", system.id, changes, {
    allowPrivate: true,
  });
  expect(updated?.ok).toBe(true);
});
afterAll(() => recon.close());

/** What a system that has everything right says, by gid, as the mirror knows it. */
async function rowsOf(domain: DataDomain) {
  const { rig, shop } = recon;
  const { type } = comparedDomain(domain);
  const { rows } = await rig.db.query<{ id: string }>(
    "SELECT id FROM mirror_resources WHERE shop = $1 AND type = $2 AND NOT deleted ORDER BY id",
    [shop, type],
  );
  const states = await knownStates(
    rig.db,
    shop,
    type,
    rows.map((row) => row.id),
  );
  return [...states.values()].map((known) => ({
    resourceId: known.id,
    ...ownFields(type, asBody(type, openState(rig.vault, shop, type, known))),
  }));
}

/** States of prices carry the Admin API's names already. */
function asBody(type: string, state: State): State {
  return type === "ProductVariant"
    ? { price: state["price"], compare_at_price: state["compareAtPrice"] }
    : state;
}

async function productOf(variantId: string): Promise<string> {
  const answer = await recon.client(`{ productVariant(id: "${variantId}") { product { id } } }`);
  const variant = answer.data?.["productVariant"] as { product: { id: string } };
  return variant.product.id;
}

describe.each(domains)("%s", (domain) => {
  it("are learned, and then every difference is found and none is invented", async () => {
    await recon.run("shopify", { domain });
    const rows = await rowsOf(domain);
    expect(rows.length).toBeGreaterThan(3);
    const [changed, missing, kept] = rows;
    const { field, value, mutation } = silently[domain];
    const third = kept?.resourceId ?? "";
    const product = domain === "pricing" ? await productOf(third) : "";
    const answer = await recon.client(mutation(third, { product }));
    expect(JSON.stringify(answer)).not.toContain('"message"');
    const wrong = domain === "pricing" ? "99.99" : "Something else";
    const told = rows.filter((row) => row !== missing);
    await recon.snapshot(
      told.map((row) => (row === changed ? { ...row, [field]: wrong } : row)),
      domain,
    );
    const run = await recon.run(recon.system.id, { domain });
    // The silent change: once in the mirror, and once more in the system that was not told of it.
    expect(run).toMatchObject({ status: "completed", found: 4, inFlight: 0, repaired: 4 });
    const { items } = await recon.findings(run.id);
    const named = items.map((one) => [one.side, one.kind, one.resourceId]);
    expect(named.sort()).toEqual(
      [
        ["mirror", "value", third],
        ["system", "missing_in_system", missing?.resourceId],
        ["system", "value", changed?.resourceId],
        ["system", "value", third],
      ].sort(),
    );
    expect(items.find((one) => one.side === "mirror")?.shopifyValue).toEqual({ [field]: value });
    expect(await recon.run("shopify", { domain })).toMatchObject({ found: 0 });
  });
});

describe("a system with its own ways", () => {
  it("is compared by its own names, and small differences are none", async () => {
    const { rig, shop, system } = recon;
    const comparison = {
      pricing: { names: { price: "net", resourceId: "ref" }, within: { price: 0.05 } },
    };
    await updateSystem(rig, shop, "user:1", system.id, { comparison }, { allowPrivate: true });
    const rows = await rowsOf("pricing");
    await rig.db.query("DELETE FROM deliveries");
    const by = (index: number) => (index === 0 ? 0.05 : index === 1 ? 0.06 : 0);
    await recon.snapshot(
      rows.map((row, index) => ({
        ref: row.resourceId,
        net: (Number((row as State)["price"]) + by(index)).toFixed(2),
      })),
      "pricing",
    );
    const run = await recon.run(system.id, { domain: "pricing" });
    expect(run).toMatchObject({ compared: rows.length, found: 1, inFlight: 0 });
    expect((await recon.findings(run.id)).items).toMatchObject([
      { resourceId: rows[1]?.resourceId, kind: "value" },
    ]);
  });
});
