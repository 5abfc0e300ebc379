import { z } from "zod";
import { refusalOfUrl } from "#app/egress/index.server.ts";
import { dataDomains } from "#app/data-domains.ts";
import { type FieldError, readFields } from "#app/field-errors.ts";
import { comparisonSchema } from "./parse-comparison.ts";
import { holdSilences, systemKinds } from "./types.ts";

const milliseconds = (fallback: number, least: number) =>
  z.coerce.number().int().min(least).max(86_400_000).default(fallback);

/** How hard to try; missing values are filled in. */
export const deliveryPolicySchema = z.strictObject({
  mode: z.enum(["latest", "every"]).default("latest"),
  maxAttempts: z.coerce.number().int().min(1).max(50).default(10),
  baseDelayMs: milliseconds(2_000, 1),
  maxDelayMs: milliseconds(3_600_000, 1),
  timeoutMs: z.coerce.number().int().min(100).max(60_000).default(10_000),
  ratePerSecond: z.coerce.number().positive().max(10_000).optional(),
  concurrency: z.coerce.number().int().min(1).max(64).default(8),
  onSilence: z
    .enum(holdSilences, { error: `Choose one of: ${holdSilences.join(", ")}.` })
    .optional()
    .describe("what it means that it has not answered a hold of units in time; left out: refuse"),
});

/** When to stop knocking; missing values are filled in. */
export const circuitPolicySchema = z.strictObject({
  minimumRequests: z.coerce.number().int().min(1).max(10_000).default(10),
  failurePercent: z.coerce.number().min(1).max(100).default(70),
  windowSeconds: z.coerce.number().int().min(1).max(86_400).default(300),
  probeAfterMs: milliseconds(30_000, 10),
});

/** An address, wherever it leads. */
function address(error: string) {
  return z
    .string({ error })
    .trim()
    .max(2_000)
    .superRefine((text, context) => {
      const message = refusalOfUrl(text, true);
      if (message !== null) context.addIssue({ code: "custom", message });
    });
}

/** What connecting a system takes, but for where its addresses may lead. */
export const newSystemSchema = z.object({
  name: z
    .string({ error: "Give the system a name." })
    .trim()
    .min(1, "Give the system a name.")
    .max(80, "A name has at most 80 characters."),
  kind: z.enum(systemKinds, { error: `Choose one of: ${systemKinds.join(", ")}.` }),
  url: address("Enter the address that takes the changes."),
  snapshotUrl: address("Enter the address of the full state, or nothing.").nullish(),
  domains: z
    .array(z.enum(dataDomains, { error: `Choose from: ${dataDomains.join(", ")}.` }))
    .min(1, "Choose at least one kind of data."),
  deliveryPolicy: deliveryPolicySchema.prefault({}),
  circuitPolicy: circuitPolicySchema.prefault({}),
  comparison: comparisonSchema.default({}),
});

/** A system as a person or a script wants it, checked. */
export type NewSystem = z.infer<typeof newSystemSchema>;

/** Checks what a form or the API sent; every wrong field is named, with the way out. */
export function parseNewSystem(
  input: Readonly<Record<string, unknown>>,
  options: { readonly allowPrivate: boolean },
): { ok: true; value: NewSystem } | { ok: false; errors: FieldError[] } {
  const parsed = readFields(newSystemSchema, input);
  const errors = parsed.ok ? [] : parsed.errors;
  for (const field of ["url", "snapshotUrl"] as const) {
    const address = input[field];
    if (field === "snapshotUrl" && (address === undefined || address === null)) continue;
    const text = typeof address === "string" ? address.trim() : "";
    const refusal = refusalOfUrl(text, options.allowPrivate);
    if (refusal !== null && !errors.some((error) => error.field === field))
      errors.push({ field, message: refusal });
  }
  return parsed.ok && errors.length === 0 ? parsed : { ok: false, errors };
}
