import type { EgressAnswer } from "#app/egress/index.server.ts";
import { backoffMs, retryAfterMs } from "./backoff.ts";

/** What follows from one attempt. */
export type AttemptVerdict =
  | { readonly next: "delivered" }
  | { readonly next: "retry"; readonly afterMs: number; readonly reason: string }
  | { readonly next: "dead"; readonly reason: string; readonly disable: boolean };

/** The retry rules of a system. Times in milliseconds. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * The rule: 2xx is an acknowledgement; 410 also disables the destination; 429 and 5xx may pass, so
 * they are retried (429 and 503 when they ask to be); any other answer is final; no answer at all is
 * retried. After the last attempt a delivery is dead; `attempt` counts those that use up its attempts,
 * this one included (a probe of an open circuit does not). Standard Webhooks, "Operational considerations".
 */
export function decideAttempt(
  answer: EgressAnswer,
  attempt: number,
  policy: RetryPolicy,
  context: { readonly nowMs: number; readonly random: () => number },
): AttemptVerdict {
  if (answer.kind === "refused") return { next: "dead", reason: answer.reason, disable: false };
  if (answer.kind === "answered" && answer.status >= 200 && answer.status < 300)
    return { next: "delivered" };
  const reason = answer.kind === "failed" ? answer.reason : reasonOf(answer.status);
  if (answer.kind === "answered" && !mayPass(answer.status))
    return { next: "dead", reason, disable: answer.status === 410 };
  if (attempt >= policy.maxAttempts)
    return {
      next: "dead",
      reason: `${reason} Given up after ${String(attempt)} attempts.`,
      disable: false,
    };
  const asked =
    answer.kind === "answered" && (answer.status === 429 || answer.status === 503)
      ? retryAfterMs(answer.retryAfter, context.nowMs, policy.maxDelayMs)
      : null;
  // "Now" (0, or a date that is past) is no reason to knock without a pause.
  const backoff = backoffMs(policy, Math.max(1, attempt), context.random);
  return { next: "retry", afterMs: Math.max(asked ?? 0, backoff), reason };
}

function mayPass(status: number): boolean {
  return status >= 500 || status === 429;
}

function reasonOf(status: number): string {
  if (status === 410) return "The system says this address is gone (410).";
  if (status === 401 || status === 403)
    return `The system refused our signature or access (${String(status)}).`;
  if (status >= 300 && status < 400)
    return `The system redirected elsewhere (${String(status)}); redirects are not followed.`;
  if (status === 429) return "The system asked for fewer requests (429).";
  if (status >= 500) return `The system failed (${String(status)}).`;
  return `The system rejected the change (${String(status)}).`;
}
