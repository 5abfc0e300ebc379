import type {
  LedgerAttempt,
  LedgerCounters,
  LedgerEntry,
  LedgerOutcome,
  LedgerPage,
  LedgerQuery,
} from "../types.ts";

/** Every webhook the twin meant to send, and what became of it. */
export type Ledger = {
  open(entry: Omit<LedgerEntry, "outcome" | "attempts">): void;
  attempt(webhookId: string, attempt: LedgerAttempt): void;
  close(webhookId: string, outcome: Exclude<LedgerOutcome, "pending">): void;
  count(name: "duplicated" | "reordered" | "delayed" | "coalesced"): void;
  page(query: LedgerQuery): LedgerPage;
};

const DEFAULT_LIMIT = 100;

/** Keeps the newest `size` entries; the counters count everything since the start. */
export function createLedger(size: number): Ledger {
  const entries = new Map<string, LedgerEntry>();
  const counters: LedgerCounters = {
    triggered: 0,
    attempts: 0,
    delivered: 0,
    failedAttempts: 0,
    dropped: 0,
    duplicated: 0,
    reordered: 0,
    delayed: 0,
    abandoned: 0,
    coalesced: 0,
    pending: 0,
  };
  return {
    open(entry) {
      entries.set(entry.webhookId, { ...entry, outcome: "pending", attempts: [] });
      counters.triggered += 1;
      counters.pending += 1;
      if (entries.size <= size) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
    attempt(webhookId, attempt) {
      counters.attempts += 1;
      const accepted = attempt.status !== null && attempt.status >= 200 && attempt.status < 300;
      if (!accepted) counters.failedAttempts += 1;
      entries.get(webhookId)?.attempts.push(attempt);
    },
    close(webhookId, outcome) {
      counters[outcome] += 1;
      counters.pending -= 1;
      const entry = entries.get(webhookId);
      if (entry) entry.outcome = outcome;
    },
    count(name) {
      counters[name] += 1;
    },
    page: (query) => ({ counters: { ...counters }, entries: select(entries, query) }),
  };
}

function select(entries: Map<string, LedgerEntry>, query: LedgerQuery): LedgerEntry[] {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const found: LedgerEntry[] = [];
  for (const entry of [...entries.values()].reverse()) {
    if (found.length >= limit) break;
    if (query.shop !== undefined && entry.shop !== query.shop) continue;
    if (query.topic !== undefined && entry.topic !== query.topic) continue;
    if (query.outcome !== undefined && entry.outcome !== query.outcome) continue;
    found.push(structuredClone(entry));
  }
  return found;
}
