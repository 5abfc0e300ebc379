import { decideFields, inOneForm } from "./decide-fields.ts";
import type { Fields } from "./types.ts";
import { refusal, type Client, type Target, type Writer } from "./writer.ts";

/** How Shopify is asked about, and told of, one type of record. */
export interface RecordCalls<Record extends Target> {
  /** Fields as Shopify words them. */
  read(shopify: Client, shop: string, id: string): Promise<Record | null>;
  /** Sends the fields; answers with what the record then says, or what Shopify had against it. */
  update(shopify: Client, shop: string, target: Record, set: Fields): Promise<Fields | Refused>;
}

interface Refused {
  readonly error: Parameters<typeof refusal>[0];
}

/**
 * Writes records for which Shopify offers no compare-and-set: read right before, write, and read
 * right after. A change by somebody else that falls between the first two is written over, and one
 * that falls between the last two is seen: best effort, as the ownership screen says.
 */
export function fieldsWriter<Record extends Target>(
  type: string,
  calls: RecordCalls<Record>,
): Writer<Record> {
  const read = async (shopify: Client, shop: string, id: string) => {
    const target = await calls.read(shopify, shop, id);
    return target && { ...target, fields: inOneForm(type, target.fields) };
  };
  return {
    decide: (wanted, target) =>
      decideFields({ ...wanted, set: inOneForm(type, wanted.set) }, target),
    read,
    send: async (shopify, shop, target, { set }) => {
      const answer = await calls.update(shopify, shop, target, set);
      if (isError(answer)) return refusal(answer.error);
      const written = only(inOneForm(type, answer), set);
      const after = await read(shopify, shop, target.id);
      if (after === null || !same(only(after.fields, set), written)) return { kind: "stale" };
      return same(written, set) ? { kind: "applied" } : { kind: "applied", as: written };
    },
  };
}

function isError(answer: Fields | Refused): answer is Refused {
  return typeof answer["error"] === "object" && answer["error"] !== null;
}

function only(fields: Fields, of: Fields): Fields {
  return Object.fromEntries(Object.keys(of).map((name) => [name, fields[name] ?? null]));
}

function same(a: Fields, b: Fields): boolean {
  return Object.keys(b).every((name) => a[name] === b[name]);
}
