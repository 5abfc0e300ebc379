import type { Random } from "../state/random.ts";
import { OperationError, type Operations, type TrafficState } from "../types.ts";

type Deeds = Pick<
  Operations,
  "sell" | "setStock" | "editProduct" | "updateCustomer" | "fulfill" | "refund"
>;

export type Traffic = {
  start(shop: string, eventsPerSecond: number, seconds: number | undefined): TrafficState;
  stop(shop: string): TrafficState;
  state(shop: string): TrafficState;
  close(): void;
};

type Run = { timer: NodeJS.Timeout; eventsPerSecond: number; untilMs: number | null };

const TICK_MS = 50;
const STOPPED: TrafficState = { running: false, eventsPerSecond: 0, until: null };

/** A day in a shop: mostly sales, some counting, pricing, shipping, a refund now and then. */
const MIX: { share: number; deed: (deeds: Deeds, shop: string, random: Random) => void }[] = [
  {
    share: 60,
    deed: (deeds, shop, random) => deeds.sell({ shop, quantity: random.between(1, 3) }),
  },
  {
    share: 15,
    deed: (deeds, shop, random) => deeds.setStock({ shop, available: random.between(10, 90) }),
  },
  {
    share: 10,
    deed: (deeds, shop, random) =>
      deeds.editProduct({
        shop,
        price: `${random.between(15, 180)}.${random.pick(["00", "50", "90"])}`,
      }),
  },
  {
    share: 5,
    deed: (deeds, shop, random) =>
      deeds.updateCustomer({ shop, note: `Called about order ${random.between(1001, 9999)}` }),
  },
  { share: 8, deed: (deeds, shop) => deeds.fulfill({ shop }) },
  { share: 2, deed: (deeds, shop) => deeds.refund({ shop, restock: true }) },
];

/** Does things in stores by itself. Deeds that find nothing to do (no open order) are left out. */
export function createTraffic(deeds: Deeds, random: Random, now: () => number): Traffic {
  const runs = new Map<string, Run>();

  const doOne = (shop: string) => {
    let at = random.next() * 100;
    const chosen = MIX.find(({ share }) => {
      at -= share;
      return at < 0;
    });
    try {
      chosen?.deed(deeds, shop, random);
    } catch (error) {
      // Nothing to ship or refund yet; the next deed finds something else.
      if (!(error instanceof OperationError)) throw error;
    }
  };

  const state = (shop: string): TrafficState => {
    const run = runs.get(shop);
    if (!run) return STOPPED;
    const until = run.untilMs === null ? null : new Date(run.untilMs).toISOString();
    return { running: true, eventsPerSecond: run.eventsPerSecond, until };
  };

  const stop = (shop: string): TrafficState => {
    clearInterval(runs.get(shop)?.timer);
    runs.delete(shop);
    return STOPPED;
  };

  return {
    start(shop, eventsPerSecond, seconds) {
      stop(shop);
      const untilMs = seconds === undefined ? null : now() + seconds * 1000;
      let owed = 0;
      let lastMs = performance.now();
      const timer = setInterval(() => {
        if (untilMs !== null && now() >= untilMs) return stop(shop);
        const nowMs = performance.now();
        owed += ((nowMs - lastMs) / 1000) * eventsPerSecond;
        lastMs = nowMs;
        for (; owed >= 1; owed -= 1) doOne(shop);
      }, TICK_MS);
      runs.set(shop, { timer, eventsPerSecond, untilMs });
      return state(shop);
    },
    stop,
    state,
    close() {
      for (const shop of [...runs.keys()]) stop(shop);
    },
  };
}
