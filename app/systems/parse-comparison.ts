import { z } from "zod";
import { comparedFields, dataDomains } from "#app/data-domains.ts";
import { exactFields, namingFields } from "./types.ts";

const largest = 1_000_000;

const domainSchema = z.strictObject({
  names: z
    .record(
      z.string(),
      z
        .string({ error: "Enter what the system calls it." })
        .trim()
        .min(1, "Enter what the system calls it.")
        .max(100, "A name has at most 100 characters."),
    )
    .default({})
    .describe("What the system calls a field: { available: 'qty_on_hand' }"),
  within: z
    .record(
      z.string(),
      z.coerce
        .number({ error: "Enter a number." })
        .min(0, "Enter 0 or more.")
        .max(largest, `Enter at most ${largest.toLocaleString("en")}.`),
    )
    .default({})
    .describe("By how much a number may differ and still agree: { available: 2 }"),
});

/** How a system's full state is read and compared, by kind of data. */
export const comparisonSchema = z
  .record(z.string(), domainSchema)
  .superRefine((comparison, context) => {
    for (const [domain, settings] of Object.entries(comparison))
      for (const { at, message } of faultsOf(domain, settings))
        context.addIssue({ code: "custom", path: [domain, ...at], message });
  })
  .describe("How the system's full state is read and compared, by kind of data");

interface Fault {
  readonly at: readonly string[];
  readonly message: string;
}

function faultsOf(domain: string, { names, within }: z.infer<typeof domainSchema>): Fault[] {
  const known = dataDomains.find((item) => item === domain);
  const fields = known && comparedFields[known];
  if (fields === undefined) {
    const able = Object.keys(comparedFields).join(", ");
    return [{ at: [], message: `This is not compared. Choose from: ${able}.` }];
  }
  return [...faultsOfNames(names, [...namingFields, ...fields]), ...faultsOfWithin(domain, within)];
}

function faultsOfNames(
  names: Readonly<Record<string, string>>,
  able: readonly string[],
): readonly Fault[] {
  const taken = new Map<string, string>();
  return Object.entries(names).flatMap(([field, name]) => {
    const at = ["names", field];
    if (!able.includes(field))
      return [{ at, message: `This is not compared. Choose from: ${able.join(", ")}.` }];
    const other = taken.get(name);
    taken.set(name, field);
    return other === undefined ? [] : [{ at, message: `${name} is the name of ${other} already.` }];
  });
}

function faultsOfWithin(domain: string, within: Readonly<Record<string, number>>): Fault[] {
  const able = exactFields[domain] ?? [];
  return Object.entries(within).flatMap(([field, by]) => {
    const at = ["within", field];
    if (!able.includes(field))
      return [{ at, message: "Only numbers can be allowed to differ: stock and prices." }];
    if (domain === "inventory" && !Number.isInteger(by))
      return [{ at, message: "Enter a whole number of units." }];
    return [];
  });
}
