import type { GraphQLError } from "graphql";

/** An error as it stands in a response. */
export type WireError = {
  message: string;
  locations?: readonly { line: number; column: number }[] | undefined;
  path?: readonly (string | number)[] | undefined;
  extensions: Record<string, unknown>;
};

type Rule = {
  pattern: RegExp;
  /** Gets the groups of the pattern. */
  translate: (...groups: string[]) => { message: string; extensions: Record<string, unknown> };
};

/** What graphql-js says, and what Shopify says to the same. */
const RULES: Rule[] = [
  {
    pattern: /^Cannot query field "(\w+)" on type "(\w+)"/,
    translate: (fieldName, typeName) => ({
      message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
      extensions: { code: "undefinedField", typeName, fieldName },
    }),
  },
  {
    pattern: /^Unknown argument "(\w+)" on field "\w+\.(\w+)"/,
    translate: (argumentName, name) => ({
      message: `Field '${name}' doesn't accept argument '${argumentName}'`,
      extensions: { code: "argumentNotAccepted", name, typeName: "Field", argumentName },
    }),
  },
  {
    pattern: /^Field "(\w+)" argument "(\w+)" of type ".+" is required/,
    translate: (name, missing) => ({
      message: `Field '${name}' is missing required arguments: ${missing}`,
      extensions: {
        code: "missingRequiredArguments",
        className: "Field",
        name,
        arguments: missing,
      },
    }),
  },
  {
    pattern: /^Directive "@(\w+)" argument "(\w+)" of type ".+" is required/,
    translate: (name, missing) => ({
      message: `Directive '${name}' is missing required arguments: ${missing}`,
      extensions: {
        code: "missingRequiredArguments",
        className: "Directive",
        name,
        arguments: missing,
      },
    }),
  },
  {
    pattern: /^Unknown directive "@(\w+)"/,
    translate: (directiveName) => ({
      message: `Directive @${directiveName} is not defined`,
      extensions: { code: "undefinedDirective", directiveName },
    }),
  },
  {
    pattern: /^Variable "\$(\w+)" is never used(?: in operation "(\w+)")?/,
    translate: (variableName, operation) => ({
      message: `Variable $${variableName} is declared by ${operation ?? "anonymous query"} but not used`,
      extensions: { code: "variableNotUsed", variableName },
    }),
  },
  {
    pattern: /^Variable "\$(\w+)" is not defined(?: by operation "(\w+)")?/,
    translate: (variableName, operation) => ({
      message: `Variable $${variableName} is used by ${operation ?? "anonymous query"} but not declared`,
      extensions: { code: "variableNotDefined", variableName },
    }),
  },
  {
    pattern: /^Field "(\w+)" of type "(.+)" must have a selection of subfields/,
    translate: (nodeName, typeName) => ({
      message: `Field must have selections (field '${nodeName}' returns ${typeName?.replace(/[![\]]/g, "")} but has no selections. Did you mean '${nodeName} { ... }'?)`,
      extensions: { code: "selectionMismatch", nodeName: `field '${nodeName}'`, typeName },
    }),
  },
  {
    pattern: /^Field "(\w+)\.(\w+)" of required type "(.+)" was not provided/,
    translate: (inputObjectType, argumentName, argumentType) => ({
      message: `Argument '${argumentName}' on InputObject '${inputObjectType}' is required. Expected type ${argumentType}`,
      extensions: {
        code: "missingRequiredInputObjectAttribute",
        argumentName,
        argumentType,
        inputObjectType,
      },
    }),
  },
  {
    pattern: /^Field "(\w+)" is not defined by type "(\w+)"/,
    translate: (argumentName, name) => ({
      message: `InputObject '${name}' doesn't accept argument '${argumentName}'`,
      extensions: { code: "argumentNotAccepted", name, typeName: "InputObject", argumentName },
    }),
  },
  {
    pattern: /^Unknown type "(\w+)"/,
    translate: (typeName) => ({
      message: `No such type ${typeName}, so it can't be a fragment condition`,
      extensions: { code: "undefinedType", typeName },
    }),
  },
];

/** A validation error in Shopify's words where they are known, else as graphql-js put it. */
export function shopifyValidationError(error: GraphQLError): WireError {
  const { locations } = error;
  for (const rule of RULES) {
    const match = rule.pattern.exec(error.message);
    if (match) return { ...rule.translate(...match.slice(1)), locations };
  }
  return { message: error.message, locations, extensions: { code: "invalidQuery" } };
}
