import { countOf } from "#app/ui/format/number.ts";
import { Button } from "#app/ui/kit/button.tsx";
import { UpdatedNote } from "#app/ui/kit/live.tsx";
import type { LiveRefresh } from "#app/ui/kit/live.tsx";
import { FreshRows } from "#app/ui/kit/steady-rows.tsx";
import type { SteadyRows } from "#app/ui/kit/steady-rows.tsx";
import { TableBar } from "#app/ui/kit/table-tools.tsx";
import { rowsPerPage } from "./form.ts";

/** How many rows are chosen, and what can be done with them. */
export function SelectionBar(props: {
  readonly steady: Pick<SteadyRows<unknown>, "fresh" | "show">;
  readonly live: LiveRefresh;
  readonly selected: number;
  readonly busy: boolean;
  readonly onReplay: () => void;
  readonly onDiscard: () => void;
}) {
  const none = props.selected === 0;
  return (
    <TableBar
      start={
        none ? (
          <UpdatedNote reachable={props.live.reachable} onRefresh={props.live.refresh} />
        ) : (
          <span role="status">{countOf(props.selected, "row")} selected</span>
        )
      }
      end={
        <>
          <FreshRows
            steady={props.steady}
            singular="dead letter"
            plural="dead letters"
            pageSize={rowsPerPage}
          />
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
