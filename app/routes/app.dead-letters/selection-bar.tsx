import { countOf } from "#app/ui/format/number.ts";
import { Button } from "#app/ui/kit/button.tsx";
import { TableBar } from "#app/ui/kit/table-tools.tsx";

/** How many rows are chosen, and what can be done with them. */
export function SelectionBar(props: {
  readonly selected: number;
  readonly busy: boolean;
  readonly onReplay: () => void;
  readonly onDiscard: () => void;
}) {
  const none = props.selected === 0;
  return (
    <TableBar
      start={
        <span role="status" className="cv-subdued">
          {none
            ? "Select rows to replay or discard them"
            : `${countOf(props.selected, "row")} selected`}
        </span>
      }
      end={
        <>
          <Button disabled={none || props.busy} onClick={props.onReplay}>
            Replay selected
          </Button>
          <Button tone="critical" disabled={none || props.busy} onClick={props.onDiscard}>
            Discard selected
          </Button>
        </>
      }
    />
  );
}
