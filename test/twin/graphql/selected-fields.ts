import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  valueFromASTUntyped,
} from "graphql";

/** What a selection is read with. */
export type SelectionContext = {
  schema: GraphQLSchema;
  fragments: Map<string, FragmentDefinitionNode>;
  variables: Record<string, unknown>;
};

export type SelectedField = { field: FieldNode; parent: string };

/** Fields of a selection that apply to `typeName`, fragments opened, @skip and @include obeyed. */
export function selectedFields(
  context: SelectionContext,
  set: SelectionSetNode | undefined,
  typeName: string,
): SelectedField[] {
  const found: SelectedField[] = [];
  for (const selection of set?.selections ?? []) {
    if (!included(selection.directives, context.variables)) continue;
    if (selection.kind === Kind.FIELD) {
      found.push({ field: selection, parent: typeName });
      continue;
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? context.fragments.get(selection.name.value)
        : selection;
    const on = fragment?.typeCondition?.name.value ?? typeName;
    if (!fragment || !applies(context.schema, on, typeName)) continue;
    found.push(...selectedFields(context, fragment.selectionSet, typeName));
  }
  return found;
}

function applies(schema: GraphQLSchema, condition: string, typeName: string): boolean {
  if (condition === typeName) return true;
  const wanted = schema.getType(condition);
  const actual = schema.getType(typeName);
  return isAbstractType(wanted) && isObjectType(actual) && schema.isSubType(wanted, actual);
}

function included(
  directives: FieldNode["directives"],
  variables: Record<string, unknown>,
): boolean {
  for (const directive of directives ?? []) {
    const name = directive.name.value;
    const argument = directive.arguments?.find((each) => each.name.value === "if");
    if (!argument || (name !== "skip" && name !== "include")) continue;
    const value = valueFromASTUntyped(argument.value, variables) === true;
    if (name === "skip" ? value : !value) return false;
  }
  return true;
}
