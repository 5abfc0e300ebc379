import { setTimeout } from "node:timers/promises";
import type { Random } from "../state/random.ts";
import type { FaultSettings } from "./fault-table.ts";

/** An answer that has nothing to do with the question. */
export type FaultyAnswer = {
  status: number;
  headers: Record<string, string>;
  body: string;
};

const DEFAULT_RETRY_AFTER_SECONDS = 2;
const TOO_MANY =
  "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.";

/** Lets a request wait, and says which answer it gets instead of a good one, if any. */
export async function faultyAnswer(
  faults: FaultSettings,
  random: Random,
): Promise<FaultyAnswer | undefined> {
  if (faults.slowMs > 0 && random.chance(faults.slowShare)) await setTimeout(faults.slowMs);
  if (faults.frozen) return json(402, "Unavailable Shop");
  const seconds = faults.retryAfterSeconds || DEFAULT_RETRY_AFTER_SECONDS;
  if (random.chance(faults.http429)) {
    return json(429, TOO_MANY, { "retry-after": seconds.toFixed(1) });
  }
  if (random.chance(faults.http503)) {
    return json(503, "Service Unavailable", { "retry-after": String(Math.ceil(seconds)) });
  }
  return random.chance(faults.http5xx) ? html(random.pick([500, 502, 504])) : undefined;
}

function json(status: number, errors: string, headers: Record<string, string> = {}): FaultyAnswer {
  const type = { "content-type": "application/json; charset=utf-8" };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify({ errors }) };
}

/** What stands in front of Shopify speaks HTML when it cannot reach it. */
function html(status: number): FaultyAnswer {
  const headers = { "content-type": "text/html; charset=utf-8" };
  return { status, headers, body: `<html><body><h1>${status}</h1></body></html>` };
}
