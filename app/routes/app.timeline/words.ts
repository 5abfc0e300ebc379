import type { Tone } from "#app/ui/words.ts";

const words: Readonly<Record<string, string>> = {
  "event.received": "Shopify told of a change",
  "event.applied": "Shopify told of a change, and it counts",
  "event.superseded": "Nothing new",
  "event.ignored": "Shopify told of something without effect",
  "event.dead": "A message could not be read",
  "delivery.attempt": "Sent",
  "delivery.delivered": "Delivered",
  "delivery.dead": "Given up",
  "delivery.superseded": "Not sent: a newer version is",
  "delivery.discarded": "Discarded",
  "delivery.waiting": "Waiting",
  "delivery.retrying": "Will be tried again",
  "delivery.pending": "About to be sent",
  "delivery.delivering": "Being sent",
  "write.pending": "A write to Shopify was asked for",
  "write.applied": "Written to Shopify",
  "write.conflict": "Not written: Shopify's value was newer",
  "write.dead": "Could not be written",
  "discrepancy.open": "A disagreement was found",
  "discrepancy.resolved": "The disagreement was settled",
  "discrepancy.ignored": "The disagreement was ignored",
  "pool.set": "The owner told the shared stock",
  "pool.sale": "Sold from the shared stock",
  "pool.return": "Back in the shared stock",
  "pool.edit": "The shared stock was changed by hand",
  "pool.hold": "Held",
  "pool.release": "No longer held",
};

/** A happening in a few words; a kind this version does not know is shown as it is. Pure. */
export function wordOf(kind: string): string {
  return Object.hasOwn(words, kind) ? (words[kind] ?? kind) : kind;
}

/** How a happening feels. Pure. */
export function toneOf(kind: string): Tone {
  const [what, how] = kind.split(".");
  if (how === "dead") return "critical";
  if (how === "conflict" || kind === "discrepancy.open") return "caution";
  if (how === "delivered" || how === "resolved") return "success";
  return what === "write" || how === "applied" ? "info" : "neutral";
}
