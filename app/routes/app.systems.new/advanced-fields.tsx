import { ChoiceList, Select, TextField } from "#app/ui/kit/fields.tsx";
import { FoldedSection } from "#app/ui/kit/section.tsx";
import { errorOf } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { advancedFields, describeRetries } from "./form.ts";
import type { SystemForm } from "./form.ts";

type NumberField = keyof typeof advancedFields;

/** `wrong` is said in place of the checker's own message, which speaks of milliseconds. */
interface NumberWords {
  readonly label: string;
  readonly suffix: string;
  readonly help?: string;
  readonly wrong: string;
}

const words: Readonly<Record<NumberField, NumberWords>> = {
  maxAttempts: {
    label: "Attempts before giving up",
    suffix: "attempts",
    wrong: "Enter a whole number from 1 to 50.",
  },
  firstWaitSeconds: {
    label: "First wait",
    suffix: "seconds",
    help: "Doubles with every attempt.",
    wrong: "Enter more than 0 and at most 86,400 seconds (a day).",
  },
  longestWaitMinutes: {
    label: "Longest wait",
    suffix: "minutes",
    wrong: "Enter more than 0 and at most 1,440 minutes (a day).",
  },
  answerWithinSeconds: {
    label: "Time to answer",
    suffix: "seconds",
    wrong: "Enter 0.1 to 60 seconds.",
  },
  perSecond: {
    label: "Fastest rate",
    suffix: "changes a second",
    help: "Empty: as fast as the system answers.",
    wrong: "Enter more than 0 and at most 10,000, or leave it empty.",
  },
  atOnce: {
    label: "At the same time",
    suffix: "changes",
    help: "Of one record never more than one.",
    wrong: "Enter a whole number from 1 to 64.",
  },
};

/** How and how often Converge tries: closed until asked for, open as soon as something in it is wrong. */
export function AdvancedFields(props: {
  readonly form: SystemForm;
  readonly set: (changes: Partial<SystemForm>) => void;
  readonly outcome: ActionOutcome | undefined;
}) {
  const { form, set, outcome } = props;
  const wrong =
    outcome?.ok === false && outcome.errors.some(({ field }) => field.startsWith("deliveryPolicy"));
  return (
    <FoldedSection heading="Advanced" summary={describeRetries(form)} wrong={wrong}>
      <ChoiceList
        label="When the same record changes several times in a row"
        name="mode"
        choices={[
          {
            value: "latest",
            label: "Send the latest state",
            help: "Older versions that still wait are skipped.",
          },
          {
            value: "every",
            label: "Send every change",
            help: "One after the other, in order.",
          },
        ]}
        selected={[form.mode]}
        onChange={([mode]) => {
          set({ mode: mode ?? "latest" });
        }}
      />
      {(Object.keys(words) as NumberField[]).map((field) => (
        <TextField
          key={field}
          name={field}
          type="number"
          least={0}
          label={words[field].label}
          suffix={words[field].suffix}
          help={words[field].help}
          value={form[field]}
          onChange={(value) => {
            set({ [field]: value });
          }}
          error={errorOf(outcome, advancedFields[field]) && words[field].wrong}
        />
      ))}
      <Select
        label="When it has not answered a hold of units in time"
        name="onSilence"
        help="Converge asks systems before it promises units to somebody, where a hold says so."
        options={[
          { value: "refuse", label: "The hold is given up" },
          { value: "confirm", label: "It counts as agreed, even if it could not be reached" },
        ]}
        value={form.onSilence}
        onChange={(onSilence) => {
          set({ onSilence });
        }}
      />
    </FoldedSection>
  );
}
