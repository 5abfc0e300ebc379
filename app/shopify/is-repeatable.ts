import { type DocumentNode, Kind, OperationTypeNode } from "graphql";

/**
 * Whether a request may be sent again although Shopify may have carried it out: a query changes
 * nothing, and a mutation whose every field is `@idempotent` is carried out once for its key.
 * https://shopify.dev/docs/api/usage/implementing-idempotency
 */
export function isRepeatable(document: DocumentNode): boolean {
  return document.definitions.every(
    (definition) =>
      definition.kind !== Kind.OPERATION_DEFINITION ||
      definition.operation === OperationTypeNode.QUERY ||
      definition.selectionSet.selections.every((selection) =>
        selection.directives?.some(({ name }) => name.value === "idempotent"),
      ),
  );
}
