import { defaultMetafield, type OwnershipRule, type RuleOrigin } from "#app/ownership/types.ts";
import type { RulePreview } from "#app/processing/types.ts";
import { countOf, formatCount } from "#app/ui/format/number.ts";
import { Button } from "#app/ui/kit/button.tsx";
import { Select, TextField } from "#app/ui/kit/fields.tsx";
import { domainWords } from "#app/ui/words.ts";
import { writeScopes } from "#app/write-back/types.ts";
import { groupChoice } from "./form.ts";
import { describeOrigin, type GroupsWord, withOwner } from "./origin.ts";
import { PolicySaid, PolicySelect } from "./policy-select.tsx";

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
      {rule.owner !== "shopify" && followed && <PolicySaid rule={rule} />}
      {rule.owner !== "shopify" && !followed && (
        <PolicySelect
          rule={rule}
          error={props.errorOf("onForeignWrite")}
          onChange={(onForeignWrite) => {
            props.onChange({ ...rule, onForeignWrite });
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
