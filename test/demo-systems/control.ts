import type { z } from "zod";
import { answerAsk } from "./answer-ask.ts";
import type { Receiver } from "./receive.ts";
import { assertUsableSecret } from "./signature.ts";
import { apiKeySchema, askAnswerSchema, behaviourSchema, secretSchema } from "./types.ts";

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

/** Takes the API key for a shop in place of an older one. Throws an error that names the field when a value is wrong. */
export async function changeApiKey(input: unknown, receiver: Receiver): Promise<void> {
  await receiver.record({ kind: "key", change: parse(apiKeySchema, input) });
}

/** Answers what a store asks; returns what came of it. Throws an error in words when nothing did. */
export function giveAnswer(input: unknown, receiver: Receiver): Promise<string> {
  return answerAsk(parse(askAnswerSchema, input), receiver);
}

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `${issue.path.join(".") || "body"}: ${issue.message}`,
  );
  throw new Error(problems.join("; "));
}
