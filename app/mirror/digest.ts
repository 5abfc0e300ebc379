import { createHash } from "node:crypto";

/** SHA-256 of a state with its keys sorted at every level: equal content, equal digest. */
export function digestOf(state: unknown): Buffer {
  return createHash("sha256").update(canonical(state)).digest();
}

function canonical(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${members.join(",")}}`;
}
