import { GraphQLError } from "graphql";
import type { Args } from "./context.ts";

/** Arguments are validated against the schema before; these only narrow the types. */

export function textArg(args: Args, name: string): string | undefined {
  const value = args[name];
  return typeof value === "string" ? value : undefined;
}

export function requiredText(args: Args, name: string): string {
  const value = args[name];
  if (typeof value !== "string") throw new GraphQLError(`${name} is missing.`);
  return value;
}

export function intArg(args: Args, name: string): number | undefined {
  const value = args[name];
  return typeof value === "number" ? value : undefined;
}

export function boolArg(args: Args, name: string): boolean {
  return args[name] === true;
}

export function textsArg(args: Args, name: string): string[] | undefined {
  const value = args[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : undefined;
}

export function objectArg(args: Args, name: string): Args {
  const value = args[name];
  return isRecord(value) ? value : {};
}

export function objectsArg(args: Args, name: string): Args[] {
  const value = args[name];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Whether the caller wrote the argument at all, be it as null. */
export function isGiven(args: Args, name: string): boolean {
  return args[name] !== undefined;
}

export function isRecord(value: unknown): value is Args {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
