import { Button } from "#app/ui/kit/button.tsx";
import { ChoiceList, Select, TextField } from "#app/ui/kit/fields.tsx";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { kindOptions, type OrderRuleDraft } from "./form.ts";

interface FieldsProps {
  readonly draft: OrderRuleDraft;
  readonly outcome: ActionOutcome | undefined;
  /** Where the rule stands in the list: `items.2`. */
  readonly at: string;
  readonly onChange: (draft: OrderRuleDraft) => void;
}

/** One rule: which orders, who has to agree, and what silence means. */
export function RuleFields(
  props: FieldsProps & {
    readonly systems: readonly { readonly id: string; readonly name: string }[];
    readonly onRemove: () => void;
  },
) {
  const { draft, outcome, at, onChange } = props;
  const name = draft.name.trim() === "" ? "New rule" : draft.name;
  return (
    <fieldset className="cv-rule">
      <legend>{name}</legend>
      <TextField
        label="Name"
        value={draft.name}
        maxLength={30}
        help="It stands on the hold in Shopify."
        error={errorUnder(outcome, `${at}.name`)}
        onChange={(next) => {
          onChange({ ...draft, name: next });
        }}
      />
      <Select
        label="Hold an order when"
        options={kindOptions}
        value={draft.kind}
        error={errorUnder(outcome, `${at}.when.kind`)}
        onChange={(value) => {
          const kind = kindOptions.find((option) => option.value === value)?.value ?? "total";
          onChange({ ...draft, kind });
        }}
      />
      <ConditionFields draft={draft} outcome={outcome} at={at} onChange={onChange} />
      <ChoiceList
        label="Who has to agree"
        many
        choices={props.systems.map(({ id, name: label }) => ({ value: id, label }))}
        selected={draft.participants}
        error={errorUnder(outcome, `${at}.participants`)}
        onChange={(participants) => {
          onChange({ ...draft, participants });
        }}
      />
      <SilenceFields draft={draft} outcome={outcome} at={at} onChange={onChange} />
      <div className="cv-rule-allow">
        <Button
          variant="tertiary"
          tone="critical"
          accessibilityLabel={`Remove the rule ${name}`}
          onClick={props.onRemove}
        >
          Remove
        </Button>
      </div>
    </fieldset>
  );
}

function ConditionFields({ draft, outcome, at, onChange }: FieldsProps) {
  if (draft.kind !== "total")
    return (
      <TextField
        label={draft.kind === "sku" ? "Any of these SKUs" : "Any of these tags"}
        value={draft.list}
        placeholder={draft.kind === "sku" ? "RING-750, RING-900" : "vip, wholesale"}
        help="With commas between."
        error={errorUnder(outcome, `${at}.when`)}
        onChange={(list) => {
          onChange({ ...draft, list });
        }}
      />
    );
  return (
    <>
      <TextField
        label="Total"
        value={draft.amount}
        error={errorUnder(outcome, `${at}.when.atLeast`)}
        onChange={(amount) => {
          onChange({ ...draft, amount });
        }}
      />
      <TextField
        label="Currency"
        value={draft.currency}
        placeholder="EUR"
        maxLength={3}
        help="Your store's own: Shopify totals every order in it."
        error={errorUnder(outcome, `${at}.when.currency`)}
        onChange={(currency) => {
          onChange({ ...draft, currency });
        }}
      />
    </>
  );
}

function SilenceFields({ draft, outcome, at, onChange }: FieldsProps) {
  return (
    <>
      <TextField
        label="Time to answer"
        type="number"
        least={1}
        suffix="minutes"
        value={draft.minutes}
        error={errorUnder(outcome, `${at}.ttlSeconds`)}
        onChange={(minutes) => {
          onChange({ ...draft, minutes });
        }}
      />
      <Select
        label="When somebody does not answer in time"
        options={[
          { value: "keep", label: "Keep the order on hold" },
          { value: "release", label: "Let the order be shipped" },
        ]}
        value={draft.onSilence}
        error={errorUnder(outcome, `${at}.onSilence`)}
        onChange={(value) => {
          onChange({ ...draft, onSilence: value === "release" ? "release" : "keep" });
        }}
      />
    </>
  );
}

/** The first sentence about a field or what is in it, if an action refused it. */
function errorUnder(outcome: ActionOutcome | undefined, field: string): string | undefined {
  if (!outcome || outcome.ok) return undefined;
  const about = (error: { readonly field: string }) =>
    error.field === field || error.field.startsWith(`${field}.`);
  return outcome.errors.find(about)?.message;
}
