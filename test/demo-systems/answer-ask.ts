import { z } from "zod";
import { openAsk } from "./asks.ts";
import type { Receiver } from "./receive.ts";
import type { AskAnswer } from "./types.ts";

const TIMEOUT_MS = 10_000;

/** What Converge says to an answer: the hold as it is now, or why not. */
const replySchema = z.object({
  status: z.union([z.string(), z.number()]).optional(),
  detail: z.string().optional(),
});

const words: Readonly<Record<string, string>> = {
  held: "It waits for the others, or for the merchant.",
  confirmed: "The hold is confirmed.",
  released: "The hold is released.",
  refused: "The order stays on hold until the merchant releases it.",
};

/**
 * Answers an ask with the store's API key, and returns what came of it in words. Twice does no harm: an
 * answer that Converge has already is taken again.
 * @throws Error in words: nothing to answer, no key, Converge silent, or what it says against the answer.
 * One that comes too late leaves the list like one that was given.
 */
export async function answerAsk(
  { shop, holdId, answer }: AskAnswer,
  receiver: Receiver,
): Promise<string> {
  const { state } = receiver;
  if (!openAsk(state.asks, shop, holdId))
    throw new Error("Nothing waits for this answer any more.");
  const access = state.apiKeys.get(shop);
  if (!access)
    throw new Error(`No API key of ${shop} is known here; set it with PUT /control/api-key.`);
  const { status, reply } = await post(
    `${access.appUrl}/api/v1/holds/${encodeURIComponent(holdId)}/${answer}`,
    access.key,
  );
  const taken = status >= 200 && status < 300;
  if (taken || status === 409) await receiver.record({ kind: "answered", shop, holdId });
  if (!taken) throw new Error(reply.detail ?? `Converge answered ${status}.`);
  const said = answer === "acknowledge" ? "Acknowledged." : "Refused.";
  return `${said} ${words[String(reply.status)] ?? ""}`.trim();
}

async function post(url: string, key: string) {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new Error("Converge does not answer. Try again: answering twice does no harm.", {
      cause: error,
    });
  });
  const body: unknown = await response.json().catch(() => undefined);
  const reply = replySchema.safeParse(body);
  return { status: response.status, reply: reply.success ? reply.data : {} };
}
