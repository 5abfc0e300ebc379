import { createHash } from "node:crypto";
import type { ApiDeps, Answer, Caller } from "./endpoint.ts";
import { Answer as ApiAnswer } from "./endpoint.ts";
import { giveKeyBack, keepAnswer, takeKey } from "./idempotency-store.ts";
import { Problem } from "./problem.ts";

const longestKey = 255;

/**
 * Carries out a request once per key: the same key and body get the same answer for 24 hours, another
 * body is refused. A request that failed may be sent again with its key.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 * @throws Problem
 */
export async function oncePerKey(
  deps: Pick<ApiDeps, "db" | "clock" | "vault">,
  caller: Caller,
  request: { readonly key: string; readonly path: string; readonly body: unknown },
  carryOut: () => Promise<Answer>,
): Promise<Answer> {
  const { key } = request;
  if (key.length === 0 || key.length > longestKey)
    throw new Problem(400, `Idempotency-Key: use 1 to ${String(longestKey)} characters.`);
  const fingerprint = createHash("sha256")
    .update(`${request.path}\n${JSON.stringify(request.body ?? null)}`)
    .digest();
  const repeatable = { shop: caller.shop, caller: caller.actor, key, fingerprint };
  const purpose = `api-answer:${caller.shop}:${caller.actor}:${key}`;
  const earlier = await takeKey(deps.db, repeatable, deps.clock.now());
  if (earlier) {
    if (!earlier.fingerprint.equals(fingerprint))
      throw new Problem(422, "Idempotency-Key: it was used with another body. Use a new key.");
    if (earlier.status === null || earlier.answer === null)
      throw new Problem(409, "The same request is being carried out. Send it again in a moment.");
    const text = deps.vault.open(earlier.answer, purpose).toString("utf8");
    return new ApiAnswer(earlier.status, JSON.parse(text) as unknown);
  }
  try {
    const answer = await carryOut();
    const sealed = deps.vault.seal(JSON.stringify(answer.body ?? null), purpose);
    await keepAnswer(deps.db, repeatable, { status: answer.status, sealed });
    return answer;
  } catch (error) {
    await giveKeyBack(deps.db, repeatable);
    throw error;
  }
}
