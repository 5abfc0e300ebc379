import type { DataDomain } from "#app/data-domains.ts";
import type { Vault } from "#app/vault/index.server.ts";
import type { FieldValue, SnapshotRecord } from "./parse-snapshot-line.ts";
import { recordPurpose, type StoredRecord } from "./snapshot-store.ts";

/** Kinds of data in which a person may be named: sealed at rest. Stock and prices are nobody's. */
const personal: ReadonlySet<DataDomain> = new Set(["orders", "customers", "fulfillments"]);

/** Whether what is said of this kind of data has to be sealed. Pure. */
export function isPersonal(domain: DataDomain): boolean {
  return personal.has(domain);
}

/** How the records of a snapshot are stored. */
export function keepPrivate(vault: Vault, domain: DataDomain, snapshotId: string) {
  return ({ key, observedAt, fields }: SnapshotRecord) => {
    const text = fields === null ? null : JSON.stringify(fields);
    return {
      key,
      observedAt,
      fields:
        text === null
          ? null
          : isPersonal(domain)
            ? vault.seal(text, recordPurpose(snapshotId, key))
            : Buffer.from(text),
    };
  };
}

/** What a stored record says; null: it exists, but what it says could not be used. */
export function openRecord(
  vault: Vault,
  domain: DataDomain,
  snapshotId: string,
  record: StoredRecord,
): Readonly<Record<string, FieldValue>> | null {
  if (record.fields === null) return null;
  const text = isPersonal(domain)
    ? vault.open(record.fields, recordPurpose(snapshotId, record.key))
    : record.fields;
  return JSON.parse(text.toString("utf8")) as Readonly<Record<string, FieldValue>>;
}
