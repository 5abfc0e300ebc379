import { useId, useState } from "react";
import { shopHandle } from "#app/ui/format/shop.ts";
import { Button } from "#app/ui/kit/button.tsx";
import { useTimeZone } from "#app/ui/kit/clock.tsx";
import { Select, TextField } from "#app/ui/kit/fields.tsx";
import { Inline, Paragraph } from "#app/ui/kit/section.tsx";
import { aboutOptions, type BufferDraft, modeOptions } from "./buffer-draft.ts";
import { PeakFields } from "./peak-fields.tsx";
import { peakWords } from "./peak-words.ts";

/** What a rule can be about, and where it can hold, as this store knows it. */
export interface BufferChoices {
  readonly shop: string;
  readonly shops: readonly string[];
  /** Of this store; null: Shopify does not tell now. */
  readonly locations: readonly NamedId[] | null;
  readonly collections: readonly NamedId[] | null;
}

interface NamedId {
  readonly id: string;
  readonly name: string;
}

interface RuleProps {
  readonly number: number;
  readonly draft: BufferDraft;
  readonly choices: BufferChoices;
  /** By the clocks of the store, like the times of the draft. */
  readonly now: string;
  readonly errorOf: (field: string) => string | undefined;
  readonly onChange: (draft: BufferDraft) => void;
  readonly onRemove: () => void;
}

const valueLabels = { fixed: "Units", percent: "Percent", auto: "Risk, percent" } as const;

/** One rule: what it is about and where, how much is kept back, and, when asked for, when, and when more. */
export function BufferRuleFields(props: RuleProps) {
  const { draft } = props;
  const [asked, setAsked] = useState<boolean | null>(null);
  const peak = peakWords(draft, props.now);
  const id = useId();
  const wrong = folded(draft).some((field) => props.errorOf(field) !== undefined);
  const open = wrong || (asked ?? draft.priority + draft.from + draft.until !== "");
  return (
    <fieldset className="cv-buffer-rule">
      <legend className="cv-hidden">{`Rule ${String(props.number)}`}</legend>
      <Scope {...props} />
      <Amount {...props} />
      {peak !== null && (
        <div className="cv-buffer-rule__wide">
          <Paragraph>{peak}</Paragraph>
        </div>
      )}
      {open && (
        <div id={id} className="cv-buffer-rule__wide cv-buffer-rule__row">
          <Timing
            {...props}
            onChange={(next) => {
              // What is emptied while it is open does not close.
              setAsked(true);
              props.onChange(next);
            }}
          />
        </div>
      )}
      <div className="cv-buffer-rule__wide">
        <Inline align="between">
          <Button
            variant="tertiary"
            expanded={open}
            controls={id}
            accessibilityLabel={`Time, peaks and priority of rule ${String(props.number)}`}
            onClick={() => {
              setAsked(!open);
            }}
          >
            Time, peaks and priority
          </Button>
          <Button
            variant="tertiary"
            tone="critical"
            accessibilityLabel={`Remove rule ${String(props.number)}`}
            onClick={props.onRemove}
          >
            Remove
          </Button>
        </Inline>
      </div>
    </fieldset>
  );
}

/** What errors call the fields that are not seen before they are asked for. */
function folded({ peakWindows }: BufferDraft): string[] {
  const parts = ["from", "to", "factor"];
  const peaks = peakWindows.flatMap((_peak, index) =>
    parts.map((part) => `peakWindows.${String(index)}.${part}`),
  );
  return ["priority", "activeFrom", "activeUntil", "peakWindows", ...peaks];
}

function Scope({ draft, choices, errorOf, onChange }: RuleProps) {
  const { about } = draft;
  return (
    <>
      <Select
        label="Keep back"
        options={aboutOptions}
        value={about}
        error={about === "all" ? (errorOf("sku") ?? errorOf("collectionId")) : undefined}
        onChange={(value) => {
          const next = aboutOptions.find((option) => option.value === value)?.value ?? "all";
          onChange({ ...draft, about: next });
        }}
      />
      {about === "article" && (
        <TextField
          label="SKU"
          value={draft.sku}
          error={errorOf("sku")}
          onChange={(sku) => {
            onChange({ ...draft, sku });
          }}
        />
      )}
      {about === "collection" && (
        <Select
          label="Collection"
          options={collectionOptions(draft, choices)}
          value={draft.collectionId}
          error={errorOf("sku") ?? errorOf("collectionId")}
          help="What is in it is looked up every ten minutes."
          onChange={(collectionId) => {
            onChange({ ...draft, collectionId });
          }}
        />
      )}
      <Select
        label="Where"
        options={whereOptions(draft, choices)}
        value={draft.where}
        error={errorOf("shop") ?? errorOf("locationId")}
        onChange={(where) => {
          onChange({ ...draft, where });
        }}
      />
    </>
  );
}

function Amount({ draft, errorOf, onChange }: RuleProps) {
  return (
    <>
      <Select
        label="How much"
        options={modeOptions}
        value={draft.mode}
        error={errorOf("mode")}
        onChange={(value) => {
          const mode = modeOptions.find((option) => option.value === value)?.value ?? "fixed";
          onChange({ ...draft, mode });
        }}
      />
      <TextField
        label={valueLabels[draft.mode]}
        type="number"
        least={0}
        value={draft.value}
        error={errorOf("value")}
        help={
          draft.mode === "auto"
            ? "In so many of 100 times it may be too little. It follows your sales and how fast stores follow."
            : undefined
        }
        onChange={(value) => {
          onChange({ ...draft, value });
        }}
      />
      {(draft.mode !== "fixed" || draft.floor !== "") && (
        <TextField
          label="At least, units"
          type="number"
          least={0}
          placeholder="0"
          value={draft.floor}
          error={errorOf("floor")}
          onChange={(floor) => {
            onChange({ ...draft, floor });
          }}
        />
      )}
    </>
  );
}

function Timing({ number, draft, errorOf, onChange }: RuleProps) {
  const timeZone = useTimeZone();
  return (
    <>
      <TextField
        label="From"
        type="datetime-local"
        value={draft.from}
        error={errorOf("activeFrom")}
        help="Empty: it holds already."
        onChange={(from) => {
          onChange({ ...draft, from });
        }}
      />
      <TextField
        label="Until"
        type="datetime-local"
        value={draft.until}
        error={errorOf("activeUntil")}
        help="Empty: it holds until you remove it."
        onChange={(until) => {
          onChange({ ...draft, until });
        }}
      />
      <TextField
        label="Priority"
        type="number"
        placeholder="0"
        value={draft.priority}
        error={errorOf("priority")}
        help="The highest decides."
        onChange={(priority) => {
          onChange({ ...draft, priority });
        }}
      />
      <div className="cv-buffer-rule__wide">
        <PeakFields
          number={number}
          peaks={draft.peakWindows}
          errorOf={errorOf}
          onChange={(peakWindows) => {
            onChange({ ...draft, peakWindows });
          }}
        />
      </div>
      <div className="cv-buffer-rule__wide">
        <Paragraph tone="subdued">{`Times are those of the store (${timeZone}).`}</Paragraph>
      </div>
    </>
  );
}

const tail = (gid: string) => gid.split("/").at(-1) ?? gid;

function collectionOptions({ collectionId }: BufferDraft, { collections }: BufferChoices) {
  const known = (collections ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const silent = collections === null ? "Shopify does not tell now" : "Choose a collection";
  const other = `Collection ${tail(collectionId)}`;
  return [
    ...(collectionId === "" ? [{ value: "", label: silent }] : []),
    ...(collectionId === "" || known.some(({ value }) => value === collectionId)
      ? []
      : [{ value: collectionId, label: other }]),
    ...known,
  ];
}

function whereOptions({ where }: BufferDraft, { shop, shops, locations }: BufferChoices) {
  const here = (locations ?? []).map(({ id, name }) => ({
    value: `${shop} ${id}`,
    label: `${shopHandle(shop)}: ${name}`,
  }));
  const known = [
    { value: "", label: "All stores" },
    ...shops.map((one) => ({ value: one, label: shopHandle(one) })),
    ...here,
  ];
  if (known.some(({ value }) => value === where)) return known;
  const [store = "", place] = where.split(" ");
  const label = place === undefined ? "" : `: location ${tail(place)}`;
  return [...known, { value: where, label: `${shopHandle(store)}${label}` }];
}
