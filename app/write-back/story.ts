import type { JobPayload } from "#app/jobs.ts";
import type { Vault } from "#app/vault/index.server.ts";
import type { Attempt, Chapter } from "./types.ts";

type Subject = Pick<JobPayload<"write-back">, "shop" | "resource">;

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

/** The attempt under way, sealed. */
export function sealAttempt(vault: Vault, subject: Subject, attempt: Attempt): Buffer {
  return vault.seal(JSON.stringify(attempt), purposeOf(subject));
}

/** @see sealAttempt */
export function openAttempt(vault: Vault, subject: Subject, attempt: Buffer): Attempt {
  return JSON.parse(vault.open(attempt, purposeOf(subject)).toString("utf8")) as Attempt;
}
