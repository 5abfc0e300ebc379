import type { FaultSettings } from "../faults/fault-table.ts";
import type { InventoryLevelRow, Store } from "../state/model.ts";
import { sellingLevels } from "../state/store-lookups.ts";
import { OperationError, type Operations } from "../types.ts";
import type { OperationsContext } from "./context.ts";

/** A sale as one store saw it. */
export type FlashSaleStore = {
  shop: string;
  name: string;
  /** What it showed before the first order, the least it showed meanwhile, and what it shows now. */
  showed: number;
  lowest: number;
  shows: number;
  sold: number;
  turnedAway: number;
};

/** How a flash sale goes, or went. */
export type FlashSaleView = {
  sku: string;
  /** What there really is, in all stores together. */
  units: number;
  orders: number;
  seconds: number;
  rough: boolean;
  stores: FlashSaleStore[];
  sold: number;
  turnedAway: number;
  /** Sold beyond what there is. */
  oversold: number;
  running: { percent: number; secondsLeft: number } | null;
  endedAt: string | null;
};

export type FlashSales = {
  start(input: Parameters<Operations["flashSale"]>[0]): FlashSaleView;
  verdict(): FlashSaleView | null;
  close(): void;
};

type Counter = FlashSaleStore & { level: InventoryLevelRow };

type Sale = Pick<FlashSaleView, "sku" | "units" | "orders" | "seconds" | "rough"> & {
  counters: Counter[];
  placed: number;
  /** When orders were placed last, and what is left of one since. */
  lastMs: number;
  owed: number;
  timer: NodeJS.Timeout;
  endedAt: string | null;
  putBack: () => void;
};

const USUAL = { units: 120, orders: 500, seconds: 60, rough: true };
const TICK_MS = 20;
const MOST_MS = 100;
/** What Shopify does meanwhile in a rough sale; besides, one store is half of the sale late. */
const ROUGH = { drop: 5, reorder: 20 } satisfies Partial<FaultSettings>;

/** Plays flash sales, one at a time: every order goes to some store, which sells while it shows a unit. */
export function createFlashSales(
  context: OperationsContext,
  selling: Pick<Operations, "sell">,
): FlashSales {
  let sale: Sale | null = null;

  const end = () => {
    if (sale === null || sale.endedAt !== null) return;
    clearInterval(sale.timer);
    sale.putBack();
    sale.endedAt = new Date().toISOString();
  };
  const order = ({ sku, counters }: Sale) => {
    const counter = context.random.pick(counters);
    const { available } = counter.level.quantities;
    counter.lowest = Math.min(counter.lowest, available);
    if (available < 1) {
      counter.turnedAway += 1;
      return;
    }
    selling.sell({ shop: counter.shop, sku, locationId: counter.level.locationId, quantity: 1 });
    counter.sold += 1;
  };
  const tick = (running: Sale) => {
    const nowMs = performance.now();
    // A machine that stood still does not place everything at once afterwards: the sale takes longer.
    const sinceMs = Math.min(nowMs - running.lastMs, MOST_MS);
    running.lastMs = nowMs;
    running.owed += (sinceMs / 1000) * (running.orders / running.seconds);
    for (; running.owed >= 1 && running.placed < running.orders; running.owed -= 1) {
      running.placed += 1;
      order(running);
    }
    if (running.placed === running.orders) end();
  };

  return {
    start({ stop, ...input }) {
      end();
      if (stop) return viewOf(sale ?? refuse("stop: there was no flash sale yet."));
      const { units, orders, seconds, rough } = { ...USUAL, ...input };
      const { sku, counters } = openCounters([...context.stores.values()], input.sku);
      const putBack = rough ? makeRough(context, counters, seconds) : () => undefined;
      const begun: Sale = {
        ...{ sku, units, orders, seconds, rough, counters, putBack },
        placed: 0,
        lastMs: performance.now(),
        owed: 0,
        endedAt: null,
        timer: setInterval(() => tick(begun), TICK_MS),
      };
      sale = begun;
      return viewOf(begun);
    },
    verdict: () => sale && viewOf(sale),
    close: end,
  };
}

function refuse(sentence: string): never {
  throw new OperationError(sentence);
}

/** The stores that sell the article, each at the place with most of it. */
function openCounters(stores: Store[], wanted: string | undefined) {
  const sku = wanted ?? skuOfAll(stores);
  const counters = stores.flatMap((store): Counter[] => {
    const item = [...store.inventoryItems.values()].find((each) => each.sku === sku);
    if (item === undefined) return [];
    const [level] = sellingLevels(store, item.id).toSorted(
      (a, b) => b.quantities.available - a.quantities.available,
    );
    if (level === undefined) return [];
    const { domain: shop, name } = store.shop;
    const showed = level.quantities.available;
    return [{ shop, name, level, showed, lowest: showed, shows: showed, sold: 0, turnedAway: 0 }];
  });
  if (counters.length === 0) refuse(`sku: no store has ${sku} in stock.`);
  return { sku, counters };
}

function skuOfAll(stores: Store[]): string {
  const [first, ...others] = stores.map(
    (store) => new Set([...store.inventoryItems.values()].map(({ sku }) => sku)),
  );
  const shared = [...(first ?? [])].find((sku) => others.every((skus) => skus.has(sku)));
  return shared ?? refuse("sku: the stores have no article in common; name one.");
}

/** Makes Shopify's day a bad one; returns what puts everything back. */
function makeRough(
  { faults, faultsChanged, lateByMs }: OperationsContext,
  counters: Counter[],
  seconds: number,
): () => void {
  const before = { drop: faults.drop, reorder: faults.reorder };
  Object.assign(faults, ROUGH);
  faultsChanged();
  const late = counters.at(-1)?.shop ?? "";
  lateByMs.set(late, (seconds * 1000) / 2);
  return () => {
    Object.assign(faults, before);
    faultsChanged();
    lateByMs.delete(late);
  };
}

function viewOf(sale: Sale): FlashSaleView {
  const { sku, units, orders, seconds, rough, counters, placed, endedAt } = sale;
  const sum = (name: "sold" | "turnedAway") =>
    counters.reduce((total, counter) => total + counter[name], 0);
  const leftShare = 1 - placed / orders;
  return {
    ...{ sku, units, orders, seconds, rough, endedAt },
    stores: counters.map(({ level, ...counter }) => ({
      ...counter,
      lowest: Math.min(counter.lowest, level.quantities.available),
      shows: level.quantities.available,
    })),
    sold: sum("sold"),
    turnedAway: sum("turnedAway"),
    oversold: Math.max(0, sum("sold") - units),
    running:
      endedAt === null
        ? {
            percent: Math.round(100 * (1 - leftShare)),
            secondsLeft: Math.ceil(leftShare * seconds),
          }
        : null,
  };
}
