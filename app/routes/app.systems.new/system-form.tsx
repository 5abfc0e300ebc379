import { Form, useNavigation, useSubmit } from "@remix-run/react";
import { useState } from "react";
import { dataDomains } from "#app/data-domains.ts";
import { systemKinds } from "#app/systems/types.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { Checkbox, ChoiceList, Select, TextField } from "#app/ui/kit/fields.tsx";
import { Inline, Section, Stack } from "#app/ui/kit/section.tsx";
import { errorOf } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { domainWords, kindWords } from "#app/ui/words.ts";
import { AdvancedFields } from "./advanced-fields.tsx";
import { ComparisonFields } from "./comparison-fields.tsx";
import { toFormData } from "./form.ts";
import type { SystemForm as SystemFormValues } from "./form.ts";

const kindOptions = systemKinds.map((value) => ({ value, label: kindWords[value] }));
const domainChoices = dataDomains.map((value) => ({ value, label: domainWords[value] }));

/** Asks what a system is called, where it is and what it wants to know. */
export function SystemForm(props: {
  readonly start: SystemFormValues;
  readonly outcome: ActionOutcome | undefined;
  readonly privateAllowed: boolean;
  /** Where Cancel leads; and what the button that sends the form says. */
  readonly back: string;
  readonly submitWord: string;
  readonly offerBackfill?: boolean;
}) {
  const { outcome } = props;
  const submit = useSubmit();
  const navigation = useNavigation();
  const [form, setForm] = useState(props.start);
  const set = (changes: Partial<SystemFormValues>) => {
    setForm((last) => ({ ...last, ...changes }));
  };
  const fields = { form, set, outcome };
  const general = errorOf(outcome, "");
  return (
    <Form
      method="post"
      noValidate
      // App Bridge shows its save bar for forms with this mark, and resets the form on Discard.
      data-save-bar
      onReset={() => {
        setForm(props.start);
      }}
      onSubmit={(event) => {
        event.preventDefault();
        submit(toFormData(form), { method: "post" });
      }}
    >
      <Stack gap={4}>
        {general !== undefined && <Banner tone="critical" heading={general} />}
        <SystemFields {...fields} privateAllowed={props.privateAllowed} />
        <DataFields {...fields} />
        {props.offerBackfill === true && <BackfillField {...fields} />}
        <ComparisonFields {...fields} />
        <AdvancedFields {...fields} />
        <Inline align="end">
          <Button to={props.back}>Cancel</Button>
          <Button variant="primary" submit loading={navigation.state === "submitting"}>
            {props.submitWord}
          </Button>
        </Inline>
      </Stack>
    </Form>
  );
}

interface FieldsProps {
  readonly form: SystemFormValues;
  readonly set: (changes: Partial<SystemFormValues>) => void;
  readonly outcome: ActionOutcome | undefined;
}

function SystemFields(props: FieldsProps & { readonly privateAllowed: boolean }) {
  const { form, set, outcome } = props;
  return (
    <Section heading="System">
      <Stack gap={4}>
        <TextField
          label="Name"
          name="name"
          value={form.name}
          onChange={(name) => {
            set({ name });
          }}
          placeholder="Main warehouse"
          error={errorOf(outcome, "name")}
          maxLength={80}
        />
        <Select
          label="Kind"
          name="kind"
          options={kindOptions}
          value={form.kind}
          onChange={(kind) => {
            set({ kind });
          }}
          error={errorOf(outcome, "kind")}
        />
        <TextField
          label="Address"
          name="url"
          type="url"
          value={form.url}
          onChange={(url) => {
            set({ url });
          }}
          placeholder="https://warehouse.example.com/converge"
          help={
            props.privateAllowed
              ? "Where the system takes changes. This installation also allows addresses in its own network."
              : "Where the system takes changes. It must be reachable from the internet and start with https://."
          }
          error={errorOf(outcome, "url")}
        />
        <TextField
          label="Address of its full state (optional)"
          name="snapshotUrl"
          type="url"
          value={form.snapshotUrl}
          onChange={(snapshotUrl) => {
            set({ snapshotUrl });
          }}
          placeholder="https://warehouse.example.com/stock.ndjson"
          help="Where Converge can read everything the system has, one JSON object a line, to compare it with Shopify."
          error={errorOf(outcome, "snapshotUrl")}
        />
      </Stack>
    </Section>
  );
}

function DataFields({ form, set, outcome }: FieldsProps) {
  return (
    <Section heading="Data" description="What the system is told about, from now on.">
      <ChoiceList
        label="Data"
        labelHidden
        name="domains"
        many
        choices={domainChoices}
        selected={form.domains}
        onChange={(domains) => {
          set({ domains });
        }}
        error={outcome?.ok === false ? firstOf(outcome.errors, "domains") : undefined}
      />
    </Section>
  );
}

function BackfillField({ form, set }: FieldsProps) {
  return (
    <Section heading="To begin with">
      <Checkbox
        label="Also send the present state"
        help="Everything Converge knows of the chosen data, at a steady pace beside new changes. Otherwise the system hears of a record when it changes next."
        checked={form.backfill === "true"}
        onChange={(checked) => {
          set({ backfill: checked ? "true" : "" });
        }}
      />
    </Section>
  );
}

/** Errors of a list come as `domains.0`: one sentence is enough. */
function firstOf(
  errors: readonly { readonly field: string; readonly message: string }[],
  field: string,
): string | undefined {
  return errors.find((error) => error.field.split(".")[0] === field)?.message;
}
