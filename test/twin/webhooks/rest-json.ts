/** A value of a webhook body; `bigint` becomes a bare integer of any size. */
export type RestValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | RestValue[]
  | { [key: string]: RestValue };

export type RestObject = { [key: string]: RestValue };

const ESCAPES: Record<string, string> = {
  "/": "\\/",
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};

/**
 * JSON as Shopify puts it on the wire: slashes and HTML's special characters escaped, integers
 * beyond 2^53 unquoted. A receiver that parses and writes it again gets other bytes, and a wrong
 * signature.
 */
export function restJson(value: RestValue): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") {
    return JSON.stringify(value).replaceAll(/[/<>&\u2028\u2029]/g, (char) => ESCAPES[char] ?? char);
  }
  if (Array.isArray(value)) return `[${value.map(restJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const parts = Object.entries(value).map(([key, each]) => `${restJson(key)}:${restJson(each)}`);
    return `{${parts.join(",")}}`;
  }
  return JSON.stringify(value);
}

/**
 * The body cut down to `include_fields`; a path goes through objects and arrays
 * (`line_items.sku`). A field that is not there is left out, as Shopify does.
 */
export function pickFields(body: RestObject, fields: readonly string[]): RestObject {
  const picked: RestObject = {};
  for (const [key, value] of Object.entries(body)) {
    if (fields.includes(key)) {
      picked[key] = value;
      continue;
    }
    const deeper = fields
      .filter((field) => field.startsWith(`${key}.`))
      .map((field) => field.slice(key.length + 1));
    if (deeper.length > 0) picked[key] = pickInside(value, deeper);
  }
  return picked;
}

function pickInside(value: RestValue, fields: readonly string[]): RestValue {
  if (Array.isArray(value)) return value.map((each) => pickInside(each, fields));
  if (value !== null && typeof value === "object") return pickFields(value, fields);
  return value;
}
