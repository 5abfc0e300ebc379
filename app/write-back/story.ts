import type { Vault } from "#app/vault/index.server.ts";
import type { Attempt, Chapter } from "./types.ts";

interface Subject {
  readonly shop: string;
  readonly resource: { readonly id: string };
}

const purposeOf = ({ shop, resource }: Subject) => `write:${shop}:${resource.id}`;

/** The story of a write before its first attempt, sealed. */
export function emptyStory(vault: Vault, subject: Subject): Buffer {
  return sealStory(vault, subject, []);
}

/** Attempts that led nowhere, sealed: what was to be written may be personal. */
export function sealStory(vault: Vault, subject: Subject, chapters: readonly Chapter[]): Buffer {
  return vault.seal(JSON.stringify(chapters), purposeOf(subject));
}

/** @see sealStory */
export function openStory(vault: Vault, subject: Subject, story: Buffer): Chapter[] {
  return JSON.parse(vault.open(story, purposeOf(subject)).toString("utf8")) as Chapter[];
}

/** What a sealed part of a write is sealed for: the record as it was named. */
export function subjectOf(shop: string, resourceId: string): Subject {
  return { shop, resource: { id: resourceId } };
}

/** The attempt under way, sealed. */
export function sealAttempt(vault: Vault, subject: Subject, attempt: Attempt): Buffer {
  return vault.seal(JSON.stringify(attempt), purposeOf(subject));
}

/** @see sealAttempt */
export function openAttempt<Made extends Attempt = Attempt>(
  vault: Vault,
  subject: Subject,
  attempt: Buffer,
): Made {
  return JSON.parse(vault.open(attempt, purposeOf(subject)).toString("utf8")) as Made;
}
