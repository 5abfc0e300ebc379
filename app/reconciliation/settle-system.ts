import type { FindingRow } from "./finding-store.ts";
import type { RunDeps } from "./run-deps.ts";
import type { RunRow } from "./run-store.ts";
import type { SettledSystem } from "./settled.ts";
import { gatherFacts } from "./settle-facts.ts";
import { settleKnown } from "./settle-known.ts";
import { settleUnknown } from "./settle-unknown.ts";

/** Looks again at where a system and Shopify differ, and decides what follows by ownership. */
export async function settleSystem(
  deps: RunDeps,
  run: RunRow,
  suspected: readonly FindingRow[],
): Promise<SettledSystem[]> {
  const facts = await gatherFacts(deps, run, suspected);
  const settled: SettledSystem[] = [];
  for (const one of suspected)
    settled.push(
      one.kind === "missing_in_shopify"
        ? await settleUnknown(deps, run, facts, one)
        : settleKnown(deps, run, facts, one),
    );
  return settled;
}
