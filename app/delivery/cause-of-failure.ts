import type { EgressAnswer } from "#app/egress/index.server.ts";

/**
 * What kind of failure an attempt was: `<class>:<kind>`, as in `4xx:rejected` or `none:timeout`.
 * Dead letters of one system with the same fingerprint are one issue.
 */
export function fingerprintOf(answer: EgressAnswer | { readonly kind: "unreadable" }): string {
  switch (answer.kind) {
    case "unreadable":
      return "none:unreadable";
    case "refused":
      return "none:refused";
    case "failed":
      return `none:${kindOfSilence(answer.reason)}`;
    case "answered":
      return `${String(Math.floor(answer.status / 100))}xx:${kindOfStatus(answer.status)}`;
  }
}

function kindOfSilence(reason: string): string {
  if (/within \d+ ms|in time/.test(reason)) return "timeout";
  return /name in the address/.test(reason) ? "name" : "connection";
}

function kindOfStatus(status: number): string {
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 404 || status === 405) return "not_found";
  if (status === 410) return "gone";
  if (status === 413) return "too_large";
  if (status === 429 || status === 503) return "overloaded";
  if (status >= 500) return "failed";
  return status < 400 ? "redirected" : "rejected";
}
