/** What the owner of a pool says of it. */
export interface OwnersWord {
  readonly set: { readonly available: number } | { readonly onHand: number };
  readonly observedAtMs: number;
}

/** What is known when the word is to be carried out. */
export interface WordFacts {
  /** Of when the owner's last word was; null: this is the first. */
  readonly ownerAtMs: number | null;
  /** Whether stores sold, gave back or lost units after the owner looked. */
  readonly movedSince: boolean;
  /** Units of open orders in all stores of the group; null: not all of them were read yet. */
  readonly committed: number | null;
}

/** What becomes of the word. */
export type WordVerdict =
  | { readonly kind: "set"; readonly quantity: number }
  | { readonly kind: "read_first" }
  | { readonly kind: "superseded" | "conflict"; readonly why: string };

/**
 * Whether the owner's word sets the pool. A sale after the owner looked is never undone: a number of
 * what is *available* does not go over one; what is *on hand* leaves the units of open orders alone,
 * so a sale in between does not matter. What is held stays held in both: the owner counts it too.
 * Pure.
 */
export function decideOwnersWord(word: OwnersWord, facts: WordFacts): WordVerdict {
  if (facts.ownerAtMs !== null && word.observedAtMs < facts.ownerAtMs)
    return { kind: "superseded", why: "The owner has sent a newer value since." };
  if ("onHand" in word.set) {
    if (facts.committed === null) return { kind: "read_first" };
    return { kind: "set", quantity: word.set.onHand - facts.committed };
  }
  if (facts.movedSince)
    return {
      kind: "conflict",
      why: `Stores of the group changed the stock after ${new Date(
        word.observedAtMs,
      ).toISOString()}, when the number was seen. Nothing was set, so that no sale is undone. Look again, or send onHand.`,
    };
  return { kind: "set", quantity: word.set.available };
}
