import { ChoiceList, Select, TextField } from "#app/ui/kit/fields.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Paragraph, Stack } from "#app/ui/kit/section.tsx";
import { errorOf, type ActionOutcome } from "#app/ui/kit/toast.ts";
import type { ArticlePage } from "./article.presenter.server.ts";
import { nameOfSystem } from "./asked.ts";
import { holdMinutes } from "./form.ts";

/** A hold that is being written down. */
export interface HoldDraft {
  readonly open: boolean;
  readonly quantity: string;
  readonly reference: string;
  readonly minutes: string;
  /** Ids of systems. */
  readonly asked: readonly string[];
}

export const noHold: HoldDraft = {
  open: false,
  quantity: "1",
  reference: "",
  minutes: "15",
  asked: [],
};

/** What the dialog needs of the page. */
type HoldPage = Pick<ArticlePage, "pool" | "shop" | "systems">;

/** Those of the chosen systems that can still be seen to be chosen: one may be gone meanwhile. */
function askedOf({ asked }: HoldDraft, { systems }: HoldPage): string[] {
  return systems.filter(({ id, active }) => active && asked.includes(id)).map(({ id }) => id);
}

/** A draft as it is sent: what the dialog shows, and nothing else. Pure. */
export function fieldsOf(draft: HoldDraft, page: HoldPage) {
  const { quantity, reference, minutes } = draft;
  return { quantity, reference, minutes, participants: askedOf(draft, page).join(",") };
}

const minuteWords: Readonly<Record<(typeof holdMinutes)[number], string>> = {
  15: "15 minutes",
  60: "1 hour",
  240: "4 hours",
  1440: "1 day",
};

/** Asks how many units are to be held, for what, how long, and who has to agree to it. */
export function HoldModal(props: {
  readonly page: HoldPage;
  readonly draft: HoldDraft;
  readonly busy: boolean;
  readonly outcome: ActionOutcome | undefined;
  readonly onChange: (draft: HoldDraft) => void;
  readonly onHold: () => void;
}) {
  const { draft, page, onChange } = props;
  const asked = askedOf(draft, page);
  return (
    <Modal
      heading={`Hold units of ${page.pool.sku}`}
      open={draft.open}
      onHide={() => {
        onChange({ ...draft, open: false });
      }}
      primaryAction={{ content: "Hold units", onClick: props.onHold, loading: props.busy }}
    >
      <Stack>
        <TextField
          label="Units"
          type="number"
          least={1}
          value={draft.quantity}
          error={errorOf(props.outcome, "quantity")}
          onChange={(quantity) => {
            onChange({ ...draft, quantity });
          }}
        />
        <TextField
          label="What for"
          placeholder="Order #1001"
          help="It stands beside the reservation, so that others know."
          maxLength={200}
          value={draft.reference}
          error={errorOf(props.outcome, "reference")}
          onChange={(reference) => {
            onChange({ ...draft, reference });
          }}
        />
        <Select
          label="How long"
          help={
            asked.length === 0
              ? "Then the units are on sale again, unless you confirm the hold before."
              : "Then the units are on sale again, unless everybody asked has agreed before."
          }
          options={holdMinutes.map((minutes) => ({
            label: minuteWords[minutes],
            value: String(minutes),
          }))}
          value={draft.minutes}
          error={errorOf(props.outcome, "minutes")}
          onChange={(minutes) => {
            onChange({ ...draft, minutes });
          }}
        />
        <AskFirst
          page={page}
          asked={asked}
          error={errorOf(props.outcome, "participants")}
          onChange={(chosen) => {
            onChange({ ...draft, asked: chosen });
          }}
        />
      </Stack>
    </Modal>
  );
}

/** Who has to agree first, the store's own first. A paused system would not hear the question: it is not offered. */
function AskFirst(props: {
  readonly page: HoldPage;
  readonly asked: readonly string[];
  readonly error: string | undefined;
  readonly onChange: (asked: readonly string[]) => void;
}) {
  const { page, asked, error } = props;
  const isOther = ({ shop }: (typeof page.systems)[number]) => Number(shop !== page.shop);
  const choices = page.systems
    .filter(({ active }) => active)
    .sort((a, b) => isOther(a) - isOther(b))
    .map((system) => ({ value: system.id, label: nameOfSystem(system, page.shop) }));
  if (choices.length === 0 && error === undefined) return null;
  return (
    <div>
      <ChoiceList
        label="Ask first"
        many
        choices={choices}
        selected={asked}
        error={error}
        onChange={props.onChange}
      />
      <div className="cv-two-lines" aria-live="polite">
        <Paragraph tone="subdued">
          {asked.length === 0
            ? "Nobody is asked: you confirm the hold yourself."
            : "The hold is confirmed when all of them agree, and given up when one refuses or the time is over."}
        </Paragraph>
      </div>
    </div>
  );
}
