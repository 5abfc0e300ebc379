import type { GroupRule, OwnershipRule, RuleOrigin } from "#app/ownership/types.ts";
import { groupChoice } from "./form.ts";

/** What a store's group says of one kind of data, in the words of the screen. */
export interface GroupsWord {
  /** The group's name. */
  readonly name: string;
  readonly rule: GroupRule;
  /** Its owner's name. */
  readonly owner: string;
}

/** Where a rule comes from, for the merchant; `group`: what the store's group says, if anything. Pure. */
export function describeOrigin(from: RuleOrigin, group: GroupsWord | undefined): string {
  switch (from) {
    case "group":
      return `By the rule of the group “${group?.name ?? ""}”, which any of its stores can change. Choose an owner here and this store goes its own way.`;
    case "store":
      return group === undefined
        ? "This store's own choice."
        : `This store's own choice. It goes before the group “${group.name}”, which says: ${group.owner}.`;
    case "nature":
      return "Nobody has chosen: it came with the system that was connected.";
    case "default":
      return group === undefined
        ? "Nobody has chosen: Shopify's from the start."
        : `Nobody has chosen: Shopify's from the start. The group “${group.name}” says: ${group.owner}.`;
  }
}

/** A rule with another owner, or left to the group. Pure. */
export function withOwner(
  { source: _source, ...rule }: OwnershipRule,
  chosen: string,
  group: GroupRule | undefined,
): OwnershipRule {
  if (chosen !== groupChoice) return { ...rule, owner: chosen };
  if (group === undefined) return rule;
  const { owner, onForeignWrite } = group;
  return { ...rule, owner, onForeignWrite, source: "group" };
}
