import { z } from "zod";
import { dataDomains } from "#app/data-domains.ts";

/** RFC 3339. */
export const timeSchema = z.string();
export const domainSchema = z.enum(dataDomains, {
  error: `Choose one of: ${dataDomains.join(", ")}.`,
});

/** An id, after the time it is listed by where that is not the id's own. */
const cursor = /^(?:\d{1,15}\.)?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * How lists are paged: newest first, `after` is the `next` of the page before. What cannot be one is
 * refused: a script that garbles it would read the first page for ever.
 */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().regex(cursor, "Use the `next` of the page before, as it is.").optional(),
};

/** A page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

const timeWords = "Use RFC 3339: 2026-11-24T10:00:00Z.";

/** A time somebody sent. */
export const sentTime = z
  .string(timeWords)
  .refine((text) => !Number.isNaN(Date.parse(text)), timeWords);

/** What a dry run of a replay tells: how many, and what would become of them. */
export const previewSchema = z.object({
  count: z.number().int(),
  effects: z.object({
    willDeliver: z.number().int(),
    superseded: z.number().int(),
    willWait: z.number().int(),
    deleted: z.number().int(),
    willProcess: z.number().int(),
  }),
});

/** How fast something long goes, per system. */
export const paceSchema = z
  .number({ error: "Use a number of changes a second for each system." })
  .positive("Use a number above 0.")
  .max(1_000, "At most 1,000 a second.")
  .optional();

/** A query's absent values, left out. */
export function given<Values extends object>(
  values: Values,
): { [K in keyof Values]: NonNullable<Values[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof Values]: NonNullable<Values[K]>;
  };
}
