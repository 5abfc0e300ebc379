import { isOlder } from "./is-older.ts";
import type { Ask, Envelope } from "./types.ts";

/** Those that are answered or over are kept too, so that what comes late changes nothing. */
const MAX_ASKS = 500;

/** Asks by store and hold, oldest first: a system of two stores is asked by each for itself. */
export type Asks = Map<string, Ask>;

/** Whether a delivery is about a hold: something to answer, no record to keep. */
export function isAboutHold({ resource }: Envelope): boolean {
  return resource?.type === "Hold";
}

/** Takes in what became of a hold; returns true when it was older than what is known of it. */
export function applyToAsks(asks: Asks, { shop, type, resource, data }: Envelope): boolean {
  if (!resource) return false;
  const key = keyOf(shop, resource.id);
  const known = asks.get(key);
  if (known && isOlder(resource.version, known.version)) return true;
  const { quantity, reference, expiresAt } = data ?? {};
  asks.set(key, {
    shop,
    holdId: resource.id,
    sku: resource.sku ?? null,
    quantity: typeof quantity === "number" ? quantity : null,
    reference: typeof reference === "string" ? reference : "",
    expiresAt: typeof expiresAt === "string" ? expiresAt : "",
    version: resource.version ?? null,
    status: type === "hold.requested" ? (known?.status ?? "open") : "over",
  });
  if (asks.size > MAX_ASKS) asks.delete([...asks.keys()][0] ?? "");
  return false;
}

/** Notes that this system has nothing to answer there any more. */
export function closeAsk(asks: Asks, shop: string, holdId: string): void {
  const ask = asks.get(keyOf(shop, holdId));
  if (ask?.status === "open") ask.status = "answered";
}

/** An ask that still waits for this system's answer. */
export function openAsk(asks: Asks, shop: string, holdId: string): Ask | undefined {
  const ask = asks.get(keyOf(shop, holdId));
  return ask?.status === "open" ? ask : undefined;
}

/** All of them whose time is not over at `now` (RFC 3339), oldest first. */
export function openAsks(asks: Asks, now: string): Ask[] {
  return [...asks.values()].filter(
    ({ status, expiresAt }) => status === "open" && !(Date.parse(expiresAt) <= Date.parse(now)),
  );
}

function keyOf(shop: string, holdId: string): string {
  return `${shop} ${holdId}`;
}
