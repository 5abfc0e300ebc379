import { useEffect, useRef } from "react";
import { appBridge } from "./app-bridge.ts";

/** Says that something worked, in Shopify's own toast. Errors never come here: they stand where they arose. */
export function showToast(message: string): void {
  appBridge()?.toast?.show(message);
}

/**
 * What every action of a screen answers: a word for the toast (null: the screen itself says what came
 * of it), or what is wrong with which field.
 */
export type ActionOutcome<More extends object = object> =
  | ({ readonly ok: true; readonly toast: string | null } & More)
  | { readonly ok: false; readonly errors: readonly FormError[] };

/** What is wrong with one field of a form; `field` is empty when it concerns the whole. */
export interface FormError {
  readonly field: string;
  readonly message: string;
}

/**
 * Shows the toast of an action that worked, once per answer, and then calls `onDone`. An answer
 * already there when the screen opens was shown before.
 */
export function useOutcomeToast(outcome: ActionOutcome | undefined, onDone?: () => void): void {
  const seen = useRef(outcome);
  useEffect(() => {
    if (outcome === seen.current) return;
    seen.current = outcome;
    if (outcome?.ok !== true) return;
    if (outcome.toast !== null) showToast(outcome.toast);
    onDone?.();
  }, [outcome, onDone]);
}

/** The sentence about one field, if an action refused it. */
export function errorOf(outcome: ActionOutcome | undefined, field: string): string | undefined {
  if (!outcome || outcome.ok) return undefined;
  return outcome.errors.find((error) => error.field === field)?.message;
}
