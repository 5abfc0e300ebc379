const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const lastBlank = 0x20;
const noByte = 0x100;

/** Shopify writes plain fields first: an order of 17 KB says in the first 4 KB which one it is, and of when. */
const headBytes = 8 * 1_024;

/**
 * Reads some string fields of a JSON object from its start, and stops when it has them: parsing all of
 * an order of 20 KB takes longer than everything else between its signature and its commit. Null where
 * one of them is not there, not a plain string, or not in the first 8 KB: then the body has to be
 * parsed. What stands after the last of them is not looked at. Of valid JSON without repeated keys it
 * reads what `JSON.parse` reads. Pure.
 */
export function readHead<Name extends string>(
  body: Buffer,
  names: readonly Name[],
): Record<Name, string> | null {
  const found: Partial<Record<Name, string>> = {};
  let missing = names.length;
  let at = afterBlanks(body, 0);
  if (body[at] !== openBrace) return null;
  while (at < headBytes) {
    const key = plainString(body, afterBlanks(body, at + 1));
    if (key === null) return null;
    const before = afterBlanks(body, key.end);
    if (body[before] !== colon) return null;
    const start = afterBlanks(body, before + 1);
    const name = names.find((one) => one === key.text);
    if (name === undefined) at = afterBlanks(body, afterValue(body, start));
    else {
      const value = plainString(body, start);
      if (value === null || found[name] !== undefined) return null;
      found[name] = value.text;
      if (--missing === 0) return found as Record<Name, string>;
      at = afterBlanks(body, value.end);
    }
    if (body[at] !== comma) return null;
  }
  return null;
}

function afterBlanks(body: Buffer, from: number): number {
  let at = from;
  while ((body[at] ?? noByte) <= lastBlank) at += 1;
  return at;
}

/** A string without escapes that starts here; `end`: behind its closing quote. */
function plainString(body: Buffer, from: number): { text: string; end: number } | null {
  if (body[from] !== quote) return null;
  const end = body.indexOf(quote, from + 1);
  if (end < 0) return null;
  const text = body.toString("utf8", from + 1, end);
  return text.includes("\\") ? null : { text, end: end + 1 };
}

/** Behind the value that starts here, whatever it is; the body's end where it has none. */
function afterValue(body: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === quote) at = closingQuote(body, at);
    else if (byte === openBrace || byte === openBracket) depth += 1;
    else if (byte === closeBrace || byte === closeBracket) {
      if (depth === 0) return at;
      depth -= 1;
    } else if (byte === comma && depth === 0) return at;
  }
  return body.length;
}

/** Where the string that opens here closes; the body's end where it does not. */
function closingQuote(body: Buffer, from: number): number {
  for (let at = from + 1; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === backslash) at += 1;
    else if (byte === quote) return at;
  }
  return body.length;
}
