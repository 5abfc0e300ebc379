import { useRef, useState } from "react";
import { Button } from "#app/ui/kit/button.tsx";
import { TextField } from "#app/ui/kit/fields.tsx";
import { Paragraph } from "#app/ui/kit/section.tsx";
import { newPeak, type PeakDraft } from "./buffer-draft.ts";

/** The times in which a rule keeps more back, and a way to add one. */
export function PeakFields(props: {
  /** Of the rule. */
  readonly number: number;
  readonly peaks: readonly PeakDraft[];
  /** `field`: of the rule. */
  readonly errorOf: (field: string) => string | undefined;
  readonly onChange: (peaks: readonly PeakDraft[]) => void;
}) {
  const { number, peaks, errorOf, onChange } = props;
  const [added, setAdded] = useState<number | null>(null);
  const adding = useRef<HTMLDivElement>(null);
  const wrong = errorOf("peakWindows");
  return (
    <fieldset className="cv-peaks">
      <legend>Peaks</legend>
      <Paragraph tone="subdued">
        Times in which more is kept back, like a sale. Where peaks overlap, the highest counts.
      </Paragraph>
      {peaks.map((peak, index) => (
        <Peak
          key={index}
          name={`${String(index + 1)} of rule ${String(number)}`}
          peak={peak}
          begun={index === added}
          errorOf={(field) => errorOf(`peakWindows.${String(index)}.${field}`)}
          onChange={(next) => {
            onChange(peaks.with(index, next));
          }}
          onRemove={() => {
            setAdded(null);
            onChange(peaks.toSpliced(index, 1));
            // The button that was pressed goes, or is another peak's.
            adding.current?.querySelector("button")?.focus();
          }}
        />
      ))}
      {wrong !== undefined && <Paragraph tone="critical">{wrong}</Paragraph>}
      <div ref={adding}>
        <Button
          accessibilityLabel={`Add a peak to rule ${String(number)}`}
          onClick={() => {
            setAdded(peaks.length);
            onChange([...peaks, newPeak]);
          }}
        >
          Add a peak
        </Button>
      </div>
    </fieldset>
  );
}

function Peak(props: {
  /** "1 of rule 2". */
  readonly name: string;
  readonly peak: PeakDraft;
  /** It was just added: whoever did goes on in its first field. */
  readonly begun: boolean;
  readonly errorOf: (field: string) => string | undefined;
  readonly onChange: (peak: PeakDraft) => void;
  readonly onRemove: () => void;
}) {
  const { peak, errorOf, onChange } = props;
  return (
    <fieldset className="cv-peak">
      <legend className="cv-hidden">{`Peak ${props.name}`}</legend>
      <TextField
        label="Keep back"
        type="number"
        suffix="times as much"
        least={1}
        value={peak.factor}
        error={errorOf("factor")}
        autoFocus={props.begun}
        onChange={(factor) => {
          onChange({ ...peak, factor });
        }}
      />
      <TextField
        label="From"
        type="datetime-local"
        value={peak.from}
        error={errorOf("from")}
        onChange={(from) => {
          onChange({ ...peak, from });
        }}
      />
      <TextField
        label="To"
        type="datetime-local"
        value={peak.to}
        error={errorOf("to")}
        onChange={(to) => {
          onChange({ ...peak, to });
        }}
      />
      <div className="cv-peak__remove">
        <Button
          variant="tertiary"
          tone="critical"
          accessibilityLabel={`Remove peak ${props.name}`}
          onClick={props.onRemove}
        >
          Remove
        </Button>
      </div>
    </fieldset>
  );
}
