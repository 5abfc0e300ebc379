import {
  foreignWritePolicies,
  type ForeignWritePolicy,
  type OwnershipRule,
} from "#app/ownership/types.ts";
import { Select } from "#app/ui/kit/fields.tsx";

const policyWords: Readonly<Record<ForeignWritePolicy, { label: string; help: string }>> = {
  accept: { label: "Take it over", help: "The change counts, and every system hears of it." },
  flag: { label: "Report it", help: "The change stays, and stands under Discrepancies." },
  revert: { label: "Put it back", help: "The owner's value is written to Shopify again." },
};

const question = "When somebody changes it in Shopify";

type Policy = Pick<OwnershipRule, "domain" | "onForeignWrite">;

/** What a change by somebody else leads to, to be chosen. */
export function PolicySelect(props: {
  readonly rule: Policy;
  readonly error: string | undefined;
  readonly onChange: (policy: ForeignWritePolicy) => void;
}) {
  const { rule } = props;
  return (
    <Select
      label={question}
      options={foreignWritePolicies.map((value) => ({ value, label: policyWords[value].label }))}
      value={rule.onForeignWrite}
      help={helpOf(rule)}
      error={props.error}
      onChange={(value) => {
        const policy = foreignWritePolicies.find((item) => item === value);
        if (policy) props.onChange(policy);
      }}
    />
  );
}

/** The same where somebody else has decided it. */
export function PolicySaid({ rule }: { readonly rule: Policy }) {
  return (
    <div className="cv-rule-said">
      <p>{question}</p>
      <p>{policyWords[rule.onForeignWrite].label}</p>
      <p className="cv-subdued">{helpOf(rule)}</p>
    </div>
  );
}

/** Where Shopify compares before it writes. */
const comparesAndSets: ReadonlySet<string> = new Set(["inventory", "loyalty"]);

/** Where Shopify cannot compare before it writes, the merchant should know. */
function helpOf({ domain, onForeignWrite }: Policy): string {
  const { help } = policyWords[onForeignWrite];
  if (onForeignWrite !== "revert" || comparesAndSets.has(domain)) return help;
  return `${help} Converge reads before and after it writes; Shopify offers no safer way here.`;
}
