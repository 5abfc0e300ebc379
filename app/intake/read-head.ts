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
 * reads what `JSON.parse` reads. Names are ASCII. Pure.
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
    const key = afterBlanks(body, at + 1);
    const keyEnd = plainStringEnd(body, key);
    if (keyEnd < 0) return null;
    const before = afterBlanks(body, keyEnd);
    if (body[before] !== colon) return null;
    const value = afterBlanks(body, before + 1);
    const name = nameAt(body, key + 1, keyEnd - 1, names);
    let end: number;
    if (name === undefined) end = afterValue(body, value);
    else {
      end = plainStringEnd(body, value);
      if (end < 0 || found[name] !== undefined) return null;
      found[name] = body.toString("utf8", value + 1, end - 1);
      if (--missing === 0) return found as Record<Name, string>;
    }
    at = afterBlanks(body, end);
    if (body[at] !== comma) return null;
  }
  return null;
}

function afterBlanks(body: Buffer, from: number): number {
  let at = from;
  while ((body[at] ?? noByte) <= lastBlank) at += 1;
  return at;
}

/** Behind the string without escapes that starts here; -1 where there is none. */
function plainStringEnd(body: Buffer, from: number): number {
  if (body[from] !== quote) return -1;
  for (let at = from + 1; at < body.length; at += 1) {
    if (body[at] === quote) return at + 1;
    if (body[at] === backslash) return -1;
  }
  return -1;
}

/** Which of the names these bytes are: most keys are not asked for, and need not become strings. */
function nameAt<Name extends string>(
  body: Buffer,
  from: number,
  to: number,
  names: readonly Name[],
): Name | undefined {
  for (const name of names) if (isText(body, from, to, name)) return name;
  return undefined;
}

/** Whether these bytes are an ASCII text. */
function isText(body: Buffer, from: number, to: number, text: string): boolean {
  if (to - from !== text.length) return false;
  for (let at = 0; at < text.length; at += 1)
    if (body[from + at] !== text.charCodeAt(at)) return false;
  return true;
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
