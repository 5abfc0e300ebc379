import type { DataDomain } from "#app/data-domains.ts";
import type { AlertDetail, AlertKind, Severity } from "./types.ts";

/** Something that is wrong right now. */
export interface Finding {
  readonly kind: AlertKind;
  /** What it is about within the shop: a system, a topic, a kind of data; empty: the shop. */
  readonly subject: string;
  readonly domain: DataDomain | null;
  readonly systemId: string | null;
  readonly severity: Severity;
  /** How bad; when it rises, people are told again. */
  readonly level: number;
  readonly detail: AlertDetail;
}

/** Names an incident within its shop. */
export function incidentKey({ kind, subject }: Pick<Finding, "kind" | "subject">): string {
  return `${kind} ${subject}`;
}

/** The subject of what is about one kind of data in one system (null: in all of them). */
export function flowSubject(domain: string, systemId: string | null): string {
  return systemId === null ? domain : `${domain} ${systemId}`;
}
