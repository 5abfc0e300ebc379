import {
  defaultMetafield,
  foreignWritePolicies,
  type ForeignWritePolicy,
  type OwnershipRule,
  type RuleOrigin,
} from "#app/ownership/types.ts";
import type { RulePreview } from "#app/processing/types.ts";
import { countOf, formatCount } from "#app/ui/format/number.ts";
import { Button } from "#app/ui/kit/button.tsx";
import { Select, TextField } from "#app/ui/kit/fields.tsx";
import { domainWords } from "#app/ui/words.ts";
import { writeScopes } from "#app/write-back/types.ts";
import { groupChoice } from "./form.ts";
import { describeOrigin, type GroupsWord, withOwner } from "./origin.ts";

export const policyWords: Readonly<Record<ForeignWritePolicy, { label: string; help: string }>> = {
  accept: { label: "Take it over", help: "The change counts, and every system hears of it." },
  flag: { label: "Report it", help: "The change stays, and stands under Discrepancies." },
  revert: { label: "Put it back", help: "The owner's value is written to Shopify again." },
};

/** Who owns one kind of data, and what happens when somebody else changes it. */
export function RuleRow(props: {
  readonly rule: OwnershipRule;
  /** Where it comes from; not told of a rule that is being changed. */
  readonly from: RuleOrigin | undefined;
  /** What the store's group says of it, if anything. */
  readonly group: GroupsWord | undefined;
  readonly systems: readonly { readonly id: string; readonly name: string }[];
  /** What Shopify allows Converge in this store. */
  readonly scopes: readonly string[];
  /** Asks the merchant for one more. */
  readonly onAllow: (scope: string) => Promise<void>;
  readonly preview: RulePreview | undefined;
  readonly errorOf: (field: string) => string | undefined;
  readonly onChange: (rule: OwnershipRule) => void;
}) {
  const { rule, preview, group } = props;
  const followed = rule.source === "group";
  const word = domainWords[rule.domain];
  const missing = missingScope(rule, props.scopes);
  return (
    <fieldset className="cv-rule">
      <legend>{word}</legend>
      <Select
        label={`${word} belong to`}
        options={[
          ...(group === undefined
            ? []
            : [{ value: groupChoice, label: `As the group decides: ${group.owner}` }]),
          { value: "shopify", label: "Shopify" },
          ...props.systems.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        value={followed ? groupChoice : rule.owner}
        help={props.from && describeOrigin(props.from, group)}
        error={props.errorOf("owner") ?? props.errorOf("source")}
        onChange={(owner) => {
          props.onChange(withOwner(rule, owner, group?.rule));
        }}
      />
      {rule.owner !== "shopify" && followed && (
        <div className="cv-rule-said">
          <p>When somebody changes it in Shopify</p>
          <p>{policyWords[rule.onForeignWrite].label}</p>
          <p className="cv-subdued">{helpOf(rule)}</p>
        </div>
      )}
      {rule.owner !== "shopify" && !followed && (
        <Select
          label="When somebody changes it in Shopify"
          options={foreignWritePolicies.map((value) => ({
            value,
            label: policyWords[value].label,
          }))}
          value={rule.onForeignWrite}
          help={helpOf(rule)}
          error={props.errorOf("onForeignWrite")}
          onChange={(value) => {
            const policy = foreignWritePolicies.find((item) => item === value);
            if (policy) props.onChange({ ...rule, onForeignWrite: policy });
          }}
        />
      )}
      {rule.metafield !== undefined && (
        <TextField
          label="Kept in the customer metafield"
          value={rule.metafield}
          placeholder={defaultMetafield}
          help="Namespace and key, with a dot between. Your theme and other apps read the points there."
          error={props.errorOf("metafield")}
          onChange={(metafield) => {
            props.onChange({ ...rule, metafield });
          }}
        />
      )}
      {missing !== undefined && (
        <div className="cv-rule-allow">
          <p>Shopify does not let Converge write {word.toLowerCase()} in this store yet.</p>
          <Button onClick={() => void props.onAllow(missing)}>Allow it</Button>
        </div>
      )}
      {preview && (
        <p className="cv-subdued" role="status">
          {describePreview(preview)}
        </p>
      )}
    </fieldset>
  );
}

/** Where Shopify compares before it writes. */
const comparesAndSets: ReadonlySet<string> = new Set(["inventory", "loyalty"]);

/** Where Shopify cannot compare before it writes, the merchant should know. */
export function helpOf({
  domain,
  onForeignWrite,
}: Pick<OwnershipRule, "domain" | "onForeignWrite">): string {
  const { help } = policyWords[onForeignWrite];
  if (onForeignWrite !== "revert" || comparesAndSets.has(domain)) return help;
  return `${help} Converge reads before and after it writes; Shopify offers no safer way here.`;
}

/** The permission without which what the owner says cannot reach Shopify. Pure. */
export function missingScope(rule: OwnershipRule, scopes: readonly string[]): string | undefined {
  const scope = rule.owner === "shopify" ? undefined : writeScopes[rule.domain];
  return scope !== undefined && !scopes.includes(scope) ? scope : undefined;
}

/** What a rule would have led to, in one sentence. Pure. */
export function describePreview(preview: RulePreview): string {
  if (preview.changes === 0) return "There was no such change among the last 1,000 events.";
  const parts: readonly (readonly [number, string])[] = [
    [preview.accepted, "taken over"],
    [preview.flagged, "reported"],
    [preview.reverted, "put back"],
    [preview.counted, "checked by counting the stock in Shopify"],
  ];
  const said = parts.filter(([count]) => count > 0);
  const of = `Of ${countOf(preview.changes, "change")} among the last 1,000 events,`;
  if (said.length === 0) return `${of} none would have been somebody else's.`;
  const list = said.map(([count, what]) => `${formatCount(count)} would have been ${what}`);
  return `${of} ${list.join(", ")}.`;
}
