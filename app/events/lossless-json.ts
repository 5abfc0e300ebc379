/**
 * JSON whose integers keep every digit: Shopify's ids pass 2^53, beyond which a JavaScript number
 * rounds. Such integers become bigint on the way in and bare digits again on the way out.
 * Source text access: https://tc39.es/proposal-json-parse-with-source/
 */

interface RawJson {
  rawJSON(text: string): unknown;
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** 16 digits is the shortest integer that can be unsafe (2^53 has 16). */
const mayHoldUnsafeInteger = /\d{16}/;

/** Parses JSON; integers beyond 2^53 become bigint. Throws SyntaxError, or RangeError when nested too deeply. */
export function parseLossless(text: string): unknown {
  if (!mayHoldUnsafeInteger.test(text)) return JSON.parse(text);
  const revive: Reviver = (_key, value, context) =>
    typeof value === "number" &&
    !Number.isSafeInteger(value) &&
    context.source !== undefined &&
    /^-?\d+$/.test(context.source)
      ? BigInt(context.source)
      : value;
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
}

/** Writes JSON, indented by `indent` spaces; bigint becomes a bare integer with all its digits. */
export function stringifyLossless(value: unknown, indent = 0): string {
  const write = (_key: string, item: unknown) =>
    typeof item === "bigint" ? (JSON as unknown as RawJson).rawJSON(item.toString()) : item;
  return JSON.stringify(value, write, indent);
}
