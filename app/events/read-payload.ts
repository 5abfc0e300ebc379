import { parseLossless } from "./lossless-json.ts";

/** A body does not hold what its topic promises. The message is for the merchant. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/** Shopify's bodies are some ten levels deep; code that walks a value may recurse this far. */
const deepestLevel = 100;

/**
 * Parses a body: a JSON object, no deeper than code that walks it may recurse. `parse`: where digits
 * beyond 2^53 do not matter, `JSON.parse` costs half.
 * @throws ShapeError
 */
export function readPayload(
  text: string,
  parse: (text: string) => unknown = parseLossless,
): Record<string, unknown> {
  const parsed = parsedBy(parse, text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new ShapeError("The body is JSON, but not an object.");
  if (isDeeperThan(parsed, deepestLevel))
    throw new ShapeError("The body is nested too deeply to read.");
  return parsed as Record<string, unknown>;
}

function parsedBy(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new ShapeError("The body is not JSON.", { cause });
  }
}

function isDeeperThan(value: object, levels: number): boolean {
  if (levels === 0) return true;
  // `in` over parsed JSON meets own keys only, and makes no array of them for each of the objects.
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === "object" && item !== null && isDeeperThan(item, levels - 1)) return true;
  }
  return false;
}
