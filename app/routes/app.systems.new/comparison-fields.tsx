import { Button } from "#app/ui/kit/button.tsx";
import { Select, TextField } from "#app/ui/kit/fields.tsx";
import { FoldedSection, Paragraph, Stack } from "#app/ui/kit/section.tsx";
import { type ActionOutcome, errorOf } from "#app/ui/kit/toast.ts";
import { nameableFields, readEntry, writeEntry } from "./comparison-form.ts";
import type { SystemForm } from "./form.ts";

interface FieldsProps {
  readonly form: SystemForm;
  readonly set: (changes: Partial<SystemForm>) => void;
  readonly outcome: ActionOutcome | undefined;
}

/** How far numbers may be apart, and what the system calls fields: closed until asked for or wrong. */
export function ComparisonFields(props: FieldsProps) {
  const { form, outcome } = props;
  const wrong =
    outcome?.ok === false && outcome.errors.some(({ field }) => field.startsWith("comparison"));
  return (
    <FoldedSection heading="Comparing" summary={summaryOf(form)} wrong={wrong}>
      <Tolerances {...props} />
      <Names {...props} />
    </FoldedSection>
  );
}

function summaryOf({ stockWithin, priceWithin, names }: SystemForm): string {
  const parts = [
    stockWithin === "" ? null : `stock within ${stockWithin} units`,
    priceWithin === "" ? null : `prices within ${priceWithin}`,
    names.length === 0
      ? null
      : `${String(names.length)} ${names.length === 1 ? "field has" : "fields have"} another name`,
  ].filter((part) => part !== null);
  return parts.length === 0
    ? "Its full state has to agree with Shopify exactly, in Converge's names of fields."
    : `Its full state: ${parts.join(", ")}.`;
}

function Tolerances({ form, set, outcome }: FieldsProps) {
  return (
    <>
      <TextField
        label="Stock may differ by"
        name="stockWithin"
        type="number"
        least={0}
        suffix="units"
        help="Empty: not at all."
        value={form.stockWithin}
        onChange={(stockWithin) => {
          set({ stockWithin });
        }}
        error={errorOf(outcome, "comparison.inventory.within.available")}
      />
      <TextField
        label="Prices may differ by"
        name="priceWithin"
        type="number"
        least={0}
        help="In the store's currency: 0.01 forgives what rounding does. Empty: not at all."
        value={form.priceWithin}
        onChange={(priceWithin) => {
          set({ priceWithin });
        }}
        error={errorOf(outcome, "comparison.pricing.within.price")}
      />
    </>
  );
}

/** What the system calls fields, one below the other. */
function Names({ form, set, outcome }: FieldsProps) {
  const options = nameableFields(form.domains);
  const entries = form.names.map(readEntry);
  const left = options.filter(({ value }) => !entries.some(({ field }) => field === value));
  const [first] = left;
  const replace = (index: number, change: Partial<(typeof entries)[number]> | null) => {
    const names = entries.flatMap((entry, at) =>
      at !== index ? [entry] : change === null ? [] : [{ ...entry, ...change }],
    );
    set({ names: names.map(writeEntry) });
  };
  return (
    <Stack>
      <Paragraph tone="subdued">
        What the system calls fields. It counts from the next full state on.
      </Paragraph>
      {entries.map(({ field, name }, index) => {
        const [domain = "", own = ""] = field.split(".");
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no identity but their place.
          <div className="cv-name-entry" key={index}>
            <Select
              label="Field"
              labelHidden
              options={[...options.filter(({ value }) => value === field), ...left]}
              value={field}
              onChange={(to) => {
                replace(index, { field: to });
              }}
            />
            <TextField
              label={`Name of ${own} in the system`}
              labelHidden
              placeholder="qty_on_hand"
              maxLength={100}
              value={name}
              onChange={(to) => {
                replace(index, { name: to });
              }}
              error={
                errorOf(outcome, `comparison.${domain}.names.${own}`) ??
                errorOf(outcome, `comparison.${domain}`)
              }
            />
            <Button
              accessibilityLabel={`Remove the name of ${own}`}
              onClick={() => {
                replace(index, null);
              }}
            >
              Remove
            </Button>
          </div>
        );
      })}
      {first !== undefined && (
        <div>
          <Button
            onClick={() => {
              set({ names: [...form.names, writeEntry({ field: first.value, name: "" })] });
            }}
          >
            Add a name
          </Button>
        </div>
      )}
    </Stack>
  );
}
