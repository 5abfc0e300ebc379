import type { LedgerAttempt, LedgerEntry, LedgerPage } from "../../../types.ts";
import { part } from "./page.ts";

const COUNTERS: [keyof LedgerPage["counters"], string][] = [
  ["triggered", "triggered"],
  ["delivered", "delivered"],
  ["pending", "pending"],
  ["failedAttempts", "failed attempts"],
  ["dropped", "lost"],
  ["duplicated", "duplicated"],
  ["reordered", "out of order"],
  ["delayed", "late"],
  ["abandoned", "given up"],
  ["coalesced", "coalesced"],
];
const TONES: Record<LedgerEntry["outcome"], string> = {
  pending: "info",
  delivered: "success",
  dropped: "critical",
  abandoned: "critical",
};

/** Shows the webhooks sent; leaves the table alone while somebody selects text in it. */
export function showLedger({ counters, entries }: LedgerPage): void {
  part("ledger-counters").replaceChildren(
    ...COUNTERS.map(([name, words]) => {
      const item = element("div");
      item.append(element("dt", words), element("dd", counters[name].toLocaleString("en-US")));
      return item;
    }),
  );
  const rows = part("ledger-rows");
  const selection = window.getSelection();
  if (selection && !selection.isCollapsed && rows.contains(selection.anchorNode)) return;
  rows.replaceChildren(...entries.map(row));
  part("ledger-empty").hidden = entries.length > 0;
}

function row(entry: LedgerEntry): HTMLElement {
  const outcome = element("td");
  const badge = element("span", entry.outcome);
  badge.className = `badge ${TONES[entry.outcome]}`;
  outcome.append(badge);
  const took = element("td", `${Math.round(entry.attempts.at(-1)?.durationMs ?? 0)} ms`);
  took.className = "number";
  const line = element("tr");
  line.title = `webhook ${entry.webhookId}, event ${entry.eventId}`;
  line.append(
    element("td", localTime(entry.triggeredAt)),
    element("td", entry.shop.replace(/\.myshopify\.com$/, "")),
    element("td", entry.topic),
    element("td", entry.resource.replace("gid://shopify/", "").replace(/\?.*$/, "")),
    outcome,
    element("td", entry.attempts.map(answerOf).join(", ") || "none yet"),
    took,
  );
  return line;
}

function localTime(at: string): string {
  const time = new Date(at);
  return `${time.toLocaleTimeString("en-GB")}.${String(time.getMilliseconds()).padStart(3, "0")}`;
}

function answerOf(attempt: LedgerAttempt): string {
  const answer = attempt.status === null ? (attempt.error ?? "no answer") : String(attempt.status);
  return attempt.copy ? `${answer} (copy)` : answer;
}

function element(name: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
