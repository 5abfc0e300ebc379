import type { RunEstimate } from "#app/reconciliation/types.ts";
import { formatSeconds } from "#app/ui/format/duration.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { Select } from "#app/ui/kit/fields.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Paragraph, Stack } from "#app/ui/kit/section.tsx";
import { domainWord } from "#app/ui/words.ts";

/** A comparison about to be begun. */
export interface RunDraft {
  readonly open: boolean;
  readonly domain: string;
  readonly system: string;
  readonly mode: string;
}

export const noRun: RunDraft = {
  open: false,
  domain: "inventory",
  system: "shopify",
  mode: "repair",
};

/** Asks what to compare, with what, and what happens with differences. */
export function StartModal(props: {
  readonly draft: RunDraft;
  readonly names: Readonly<Record<string, string>>;
  readonly domains: readonly string[];
  /** By `domain system`. */
  readonly estimates: Readonly<Record<string, RunEstimate>>;
  readonly busy: boolean;
  readonly error: string | undefined;
  readonly onChange: (draft: RunDraft) => void;
  readonly onStart: (draft: RunDraft) => void;
}) {
  const { draft } = props;
  const set = (change: Partial<RunDraft>) => {
    props.onChange({ ...draft, ...change });
  };
  return (
    <Modal
      heading="Run reconciliation"
      open={draft.open}
      onHide={() => {
        set({ open: false });
      }}
      primaryAction={{
        content: "Run",
        loading: props.busy,
        onClick: () => {
          props.onStart(draft);
        },
      }}
    >
      <Stack>
        <Select
          label="What to compare"
          options={props.domains.map((value) => ({ value, label: domainWord(value) }))}
          value={draft.domain}
          onChange={(domain) => {
            set({ domain });
          }}
        />
        <Select
          label="With"
          options={Object.entries(props.names).map(([value, name]) => ({
            value,
            label: value === "shopify" ? "What Converge knows" : name,
          }))}
          value={draft.system}
          error={props.error}
          onChange={(system) => {
            set({ system });
          }}
        />
        <Select
          label="What happens with differences"
          options={[
            { value: "repair", label: "Put right by the rules of ownership" },
            { value: "report", label: "Only told" },
          ]}
          value={draft.mode}
          onChange={(mode) => {
            set({ mode });
          }}
        />
        <Estimate estimate={props.estimates[`${draft.domain} ${draft.system}`]} />
      </Stack>
    </Modal>
  );
}

/** What the run will take of Shopify's limit, and how long the last one took. */
function Estimate({ estimate }: { readonly estimate: RunEstimate | undefined }) {
  if (estimate === undefined) return null;
  const { points, budgetSeconds, last } = estimate;
  const share =
    budgetSeconds === null ? "" : `, ${formatSeconds(budgetSeconds)} of your store's limit`;
  const before =
    last === null
      ? "More if much differs: every difference is read again by its id."
      : `The last one compared ${formatCount(last.compared)} records in ${formatSeconds(last.seconds)}.`;
  return (
    <Paragraph tone="subdued">
      {`Takes about ${formatCount(points)} API points${share}; more urgent work goes first. ${before}`}
    </Paragraph>
  );
}
