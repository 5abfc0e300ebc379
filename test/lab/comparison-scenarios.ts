import { setTimeout as sleep } from "node:timers/promises";
import { NORTH } from "#test/twin-conformance/support.ts";
import type { ComparisonScenario } from "./run-comparison.ts";

/** What breaks during a full comparison, by name. */
export const comparisonScenarios: Readonly<Record<string, ComparisonScenario>> = {
  "result-cut-off": {
    about: "a full comparison, of which Shopify's result breaks off in the middle of lines",
    breakage: async (twin) => {
      twin.operations.faults({ bulkBreaksOff: 70, bulkPartial: 30 });
    },
  },
  "five-hours-down": {
    about: "everything is down for five hours; the full comparison that follows begins by itself",
    outageHours: 5,
    breakage: () => Promise.resolve(),
  },
  "token-dies": {
    about: "a full comparison, and Shopify takes its access token back every second",
    breakage: async (twin, over) => {
      while (!over.aborted) {
        await sleep(1_000);
        twin.operations.revokeTokens({ shop: NORTH, keepRefreshTokens: true });
      }
    },
  },
};
