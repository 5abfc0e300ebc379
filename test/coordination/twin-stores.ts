import {
  at,
  type Client,
  installedClient,
  NORTH,
  SOUTH,
  startSmallTwin,
} from "#test/twin-conformance/support.ts";

/** A stock level of the twin. */
export interface TwinLevel {
  readonly id: string;
  readonly shop: string;
  readonly itemId: string;
  readonly locationId: string;
}

/** What Shopify has at a level. */
export interface Quantities {
  readonly available: number;
  readonly reserved: number;
  readonly committed: number;
}

/**
 * The two stores of a small twin. Places are counted from 0, the same for all articles of a store; where
 * none is told, the first one is meant.
 */
export async function openStores(locationsPerStore: number) {
  const twin = await startSmallTwin({ locationsPerStore });
  const clients = new Map<string, Client>([
    [NORTH, await installedClient(twin, NORTH)],
    [SOUTH, await installedClient(twin, SOUTH)],
  ]);
  const stock = new Map<string, Map<string, TwinLevel[]>>();
  for (const [shop, client] of clients) stock.set(shop, await levelsIn(client, shop));
  const clientOf = (shop: string) => {
    const client = clients.get(shop);
    if (client === undefined) throw new Error(`${shop} is not in the twin`);
    return client;
  };
  const levelOf = (shop: string, sku: string, place = 0): TwinLevel => {
    const level = stock.get(shop)?.get(sku)?.[place];
    if (level === undefined) throw new Error(`${shop} has no ${sku} at its place ${String(place)}`);
    return level;
  };
  const quantities = async (shop: string, sku: string, place = 0): Promise<Quantities> => {
    const answer = await clientOf(shop)(
      `query L($id: ID!) { inventoryLevel(id: $id) {
         quantities(names: ["available", "reserved", "committed"]) { name quantity } } }`,
      { id: levelOf(shop, sku, place).id },
    );
    type State = { name: keyof Quantities; quantity: number };
    const states = at<State[]>(answer, "inventoryLevel", "quantities");
    const of = (name: string) => states.find((state) => state.name === name)?.quantity ?? 0;
    return { available: of("available"), reserved: of("reserved"), committed: of("committed") };
  };
  const isAtAll = (shop: string, sku: string) =>
    stock.get(shop)?.get(sku)?.length === locationsPerStore;
  const skus = [...(stock.get(NORTH)?.keys() ?? [])].filter(
    (sku) => isAtAll(NORTH, sku) && isAtAll(SOUTH, sku),
  );
  return { twin, stock, clientOf, levelOf, quantities, skus };
}

async function levelsIn(client: Client, shop: string): Promise<Map<string, TwinLevel[]>> {
  const answer = await client(
    `{ inventoryItems(first: 100) { nodes { id sku
       inventoryLevels(first: 5) { nodes { id location { id } } } } } }`,
  );
  type Node = {
    id: string;
    sku: string;
    inventoryLevels: { nodes: { id: string; location: { id: string } }[] };
  };
  return new Map(
    at<Node[]>(answer, "inventoryItems", "nodes").map(({ id: itemId, sku, inventoryLevels }) => [
      sku,
      inventoryLevels.nodes
        .map(({ id, location }) => ({ id, shop, itemId, locationId: location.id }))
        .sort((a, b) => (a.locationId < b.locationId ? -1 : 1)),
    ]),
  );
}
