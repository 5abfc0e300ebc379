import { API_FAULTS } from "./api-faults.ts";
import type { Fault } from "./fault.ts";
import { WEBHOOK_FAULTS } from "./webhook-faults.ts";

/**
 * Every switch that makes the twin behave like Shopify on a bad day, in one table: the options, the
 * control API and the control page are made from it. All off is Shopify on a good day.
 */
export const FAULTS = { ...WEBHOOK_FAULTS, ...API_FAULTS };

export type FaultName = keyof typeof FAULTS;

export type FaultSettings = {
  -readonly [Name in FaultName]: (typeof FAULTS)[Name]["unit"] extends "switch" ? boolean : number;
};

/** The names, in the order they are shown. */
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** A fault as the table describes it. */
export function faultNamed(name: FaultName): Fault {
  return FAULTS[name];
}

/** A good day. */
export const NO_FAULTS = Object.fromEntries(
  FAULT_NAMES.map((name) => [name, FAULTS[name].unit === "switch" ? false : 0]),
) as FaultSettings;
