import type { z } from "zod";
import type { Receiver } from "./receive.ts";
import { assertUsableSecret } from "./signature.ts";
import { behaviourSchema, secretSchema } from "./types.ts";

/** Sets the fault to play. Throws an error that names the field when a value is wrong. */
export async function changeBehaviour(input: unknown, receiver: Receiver): Promise<void> {
  const behaviour = parse(behaviourSchema, input);
  await receiver.record({ kind: "behaviour", behaviour });
}

/** Adds a signing secret of a shop. Throws an error that names the field when a value is wrong. */
export async function changeSecret(input: unknown, receiver: Receiver): Promise<void> {
  const change = parse(secretSchema, input);
  assertUsableSecret(change.secret);
  await receiver.record({ kind: "secret", change });
}

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `${issue.path.join(".") || "body"}: ${issue.message}`,
  );
  throw new Error(problems.join("; "));
}
