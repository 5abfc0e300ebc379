import {
  coerceInputValue,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  print,
  typeFromAST,
  valueFromAST,
} from "graphql";
import type { WireError } from "./validation-errors.ts";

type Problem = { path: (string | number)[]; explanation: string };

export type VariablesResult =
  | { ok: true; values: Record<string, unknown> }
  | { ok: false; errors: WireError[] };

/** Checks and completes an operation's variables; refusals are worded as Shopify words them. */
export function readVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Record<string, unknown>,
): VariablesResult {
  const values: Record<string, unknown> = {};
  const errors: WireError[] = [];
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) continue;
    const value = given[name];
    if (value === undefined && definition.defaultValue) {
      values[name] = valueFromAST(definition.defaultValue, type);
      continue;
    }
    if (value === undefined && !isNonNullType(type)) continue;
    const problems: Problem[] = [];
    const coerced = coerce(value ?? null, type, problems);
    values[name] = coerced;
    if (problems.length === 0) continue;
    const { loc } = definition;
    errors.push({
      message: `Variable $${name} of type ${print(definition.type)} was provided invalid value${wording(problems)}`,
      locations: loc ? [{ line: loc.startToken.line, column: loc.startToken.column }] : undefined,
      extensions: { code: "INVALID_VARIABLE", value: value ?? null, problems },
    });
  }
  return errors.length === 0 ? { ok: true, values } : { ok: false, errors };
}

function coerce(value: unknown, type: GraphQLInputType, problems: Problem[]): unknown {
  if (value === null && isNonNullType(type)) {
    problems.push({ path: [], explanation: "Expected value to not be null" });
    return undefined;
  }
  return coerceInputValue(value, type, (path, invalidValue, error) => {
    problems.push(explain([...path], invalidValue, error.message));
  });
}

function explain(path: (string | number)[], value: unknown, message: string): Problem {
  const unknownField = /^Field "(\w+)" is not defined by type "(\w+)"/.exec(message);
  if (unknownField) {
    const [, field = "", type = ""] = unknownField;
    return { path: [...path, field], explanation: `Field is not defined on ${type}` };
  }
  const missing = /^Field "(\w+)" of required type/.exec(message);
  if (missing) {
    return { path: [...path, missing[1] ?? ""], explanation: "Expected value to not be null" };
  }
  if (message.startsWith("Expected non-nullable type")) {
    return { path, explanation: "Expected value to not be null" };
  }
  const scalar = /^(Int|Float|Boolean|String|ID) cannot represent/.exec(message);
  if (scalar) {
    const [, type = ""] = scalar;
    return { path, explanation: `Could not coerce value ${JSON.stringify(value)} to ${type}` };
  }
  if (/does not exist in ".+" enum/.test(message)) {
    return { path, explanation: `Expected ${JSON.stringify(value)} to be a value of the enum` };
  }
  return { path, explanation: message };
}

function wording(problems: Problem[]): string {
  if (problems.every((problem) => problem.path.length === 0)) return "";
  const parts = problems.map(({ path, explanation }) => `${path.join(".")} (${explanation})`);
  return ` for ${parts.join(", ")}`;
}
