import { Form, useFetcher } from "@remix-run/react";
import { useEffect, useState } from "react";
import { syncMethods } from "#app/freshness/types.ts";
import { formatTarget } from "#app/ui/format/duration.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { ChoiceList, Select, TextField } from "#app/ui/kit/fields.tsx";
import { Link } from "#app/ui/kit/link.tsx";
import { Inline, Paragraph, Section, Stack } from "#app/ui/kit/section.tsx";
import { errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { detailHref, promiseWords, syncWords } from "#app/ui/sla-words.ts";
import { domainWord } from "#app/ui/words.ts";
import type { FreshnessPage, SlaForecast } from "./detail.presenter.server.ts";
import { formOf } from "./form.ts";
import type { SlaForm as Fields } from "./form.ts";
import { Forecast } from "./forecast.tsx";

/** A preview follows what is typed after so long a pause. */
const previewAfterMs = 400;

/** What is promised here, to change: with what it costs and what it would have meant, while it is edited. */
export function SlaForm({ page }: { readonly page: FreshnessPage }) {
  const { detail, ownSla } = page;
  const saver = useFetcher<ActionOutcome>();
  const start = formOf(detail.sla, ownSla);
  const [edited, setEdited] = useState<Fields | null>(null);
  const form = edited ?? start;
  const forecast = useForecast(form);
  useOutcomeToast(saver.data, () => {
    setEdited(null);
  });
  const set = (changes: Partial<Fields>) => {
    setEdited({ ...form, ...changes });
  };
  const outcome = edited === null ? undefined : (forecast.data ?? saver.data);
  const own = detail.system === null || form.scope === "own";
  const general = errorOf(saver.data, "");
  return (
    <Form
      method="post"
      noValidate
      // App Bridge shows its save bar for forms with this mark, and resets the form on Discard.
      data-save-bar
      onReset={() => {
        setEdited(null);
      }}
      onSubmit={(event) => {
        event.preventDefault();
        saver.submit({ ...form, intent: "save" }, { method: "post" });
      }}
    >
      <Section heading="SLA">
        <Stack gap={4}>
          {general !== undefined && <Banner tone="critical" heading={general} />}
          {detail.system !== null && <ScopeField form={form} set={set} detail={detail} />}
          {!own && <StoreSla page={page} />}
          {own && <PromiseFields form={form} set={set} outcome={outcome} />}
          {own && <MethodFields form={form} set={set} outcome={outcome} />}
          <Forecast
            forecast={forecast}
            changed={edited !== null}
            everywhere={detail.system === null || !own}
          />
          <Inline align="end">
            <Button
              disabled={edited === null}
              onClick={() => {
                setEdited(null);
              }}
            >
              Discard
            </Button>
            <Button
              variant="primary"
              submit
              disabled={edited === null}
              loading={saver.state !== "idle"}
            >
              Save
            </Button>
          </Inline>
        </Stack>
      </Section>
    </Form>
  );
}

/** What the SLA as it is typed now costs and would have meant; asked for after a pause in typing. */
function useForecast(form: Fields) {
  const fetcher = useFetcher<ActionOutcome<SlaForecast>>();
  const { submit } = fetcher;
  const wanted = JSON.stringify(form);
  useEffect(() => {
    const timer = setTimeout(() => {
      submit({ ...(JSON.parse(wanted) as Fields), intent: "preview" }, { method: "post" });
    }, previewAfterMs);
    return () => {
      clearTimeout(timer);
    };
  }, [wanted, submit]);
  return fetcher;
}

interface FieldsProps {
  readonly form: Fields;
  readonly set: (changes: Partial<Fields>) => void;
  readonly outcome?: ActionOutcome | undefined;
}

function ScopeField(props: FieldsProps & { readonly detail: FreshnessPage["detail"] }) {
  const { domain, systemName } = props.detail;
  const name = systemName ?? "this system";
  return (
    <ChoiceList
      label="Which SLA holds here"
      choices={[
        { value: "store", label: `The store's for ${domainWord(domain).toLowerCase()}` },
        { value: "own", label: `One of its own, for ${name} only` },
      ]}
      selected={[props.form.scope]}
      onChange={([scope]) => {
        props.set({ scope: scope === "own" ? "own" : "store" });
      }}
    />
  );
}

/** What holds here while the system has no SLA of its own, and where to change that. */
function StoreSla({ page }: { readonly page: FreshnessPage }) {
  const { domain, sla } = page.detail;
  return (
    <Paragraph tone="subdued">
      {!page.ownSla && `${promiseWords(sla)}. `}
      <Link to={detailHref({ domain, system: null })}>Change it for the store</Link>
    </Paragraph>
  );
}

function PromiseFields({ form, set, outcome }: FieldsProps) {
  return (
    <>
      <TextField
        label="Warn after"
        type="number"
        least={1}
        suffix="seconds"
        value={form.warnAfterSeconds}
        help={readable(form.warnAfterSeconds)}
        error={errorOf(outcome, "warnAfterSeconds")}
        onChange={(warnAfterSeconds) => {
          set({ warnAfterSeconds });
        }}
      />
      <TextField
        label="Breach after"
        type="number"
        least={1}
        suffix="seconds"
        value={form.breachAfterSeconds}
        help={readable(form.breachAfterSeconds)}
        error={errorOf(outcome, "breachAfterSeconds")}
        onChange={(breachAfterSeconds) => {
          set({ breachAfterSeconds });
        }}
      />
      <TextField
        label="Target"
        type="number"
        suffix="% of the time"
        value={form.targetPercent}
        help="What is missing to 100 % is the error budget."
        error={errorOf(outcome, "targetPercent")}
        onChange={(targetPercent) => {
          set({ targetPercent });
        }}
      />
      <Select
        label="Counted over"
        options={windowOptions(form)}
        value={`${form.windowKind} ${form.windowDays}`}
        error={errorOf(outcome, "windowDays")}
        onChange={(window) => {
          const [windowKind = "rolling", windowDays = "30"] = window.split(" ");
          set({ windowKind, windowDays });
        }}
      />
    </>
  );
}

function MethodFields({ form, set, outcome }: FieldsProps) {
  const method = syncMethods.find((each) => each === form.syncMethod);
  return (
    <>
      <Select
        label="How it is kept in step"
        options={syncMethods.map((value) => ({ value, label: syncWords[value].label }))}
        value={form.syncMethod}
        help={method && syncWords[method].help}
        error={errorOf(outcome, "syncMethod")}
        onChange={(syncMethod) => {
          set({ syncMethod });
        }}
      />
      <TextField
        label="Read Shopify every"
        type="number"
        least={1}
        suffix="seconds"
        value={form.pollEverySeconds}
        help={`${readable(form.pollEverySeconds)} Finds what webhooks did not bring; it has to be well within the warning.`.trim()}
        error={errorOf(outcome, "pollEverySeconds")}
        onChange={(pollEverySeconds) => {
          set({ pollEverySeconds });
        }}
      />
    </>
  );
}

const calendarWindows = { 7: "This week", 30: "This month", 90: "This quarter" };

/** The usual windows, and the one an API call may have set. */
function windowOptions({ windowKind, windowDays }: Fields) {
  const usual = Object.keys(calendarWindows);
  const odd = windowKind === "rolling" && !usual.includes(windowDays) ? [windowDays] : [];
  return [
    ...[...usual, ...odd].map((days) => ({
      value: `rolling ${days}`,
      label: `The last ${days} days`,
    })),
    ...Object.entries(calendarWindows).map(([days, label]) => ({
      value: `calendar ${days}`,
      label,
    })),
  ];
}

/** "= 15 min", where the number of seconds does not say it at once. */
function readable(seconds: string): string {
  const value = Number(seconds);
  return Number.isInteger(value) && value >= 120 ? `= ${formatTarget(value)}.` : "";
}
