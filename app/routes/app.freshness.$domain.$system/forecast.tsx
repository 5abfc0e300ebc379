import { Paragraph, Stack } from "#app/ui/kit/section.tsx";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import type { SlaForecast } from "./detail.presenter.server.ts";

/** What an SLA takes of the store's API budget, and what it would have meant. Its height stays while it is read again. */
export function Forecast(props: {
  readonly forecast: {
    readonly state: string;
    readonly data: ActionOutcome<SlaForecast> | undefined;
  };
  /** Something was typed that is not saved. */
  readonly changed: boolean;
  /** It holds for the store: the worst of all its places counts. */
  readonly everywhere: boolean;
}) {
  const { data, state } = props.forecast;
  const shown = data?.ok === true ? data : null;
  const cost = shown?.cost;
  return (
    <div className="cv-forecast" role="status" aria-busy={state !== "idle"}>
      <Stack gap={2}>
        <Paragraph tone={cost?.feasible === "no" ? "critical" : "subdued"}>
          {cost?.sentence ?? "Working out what it takes…"}
        </Paragraph>
        <CostBar cost={cost} />
        <Paragraph tone={props.changed ? "base" : "subdued"}>
          {data?.ok === false
            ? "Put right what is marked above to see what it would have meant."
            : (shown?.preview.sentence ?? "")}
          {shown !== null && props.everywhere && " Of all places it holds for, the worst counts."}
        </Paragraph>
      </Stack>
    </div>
  );
}

/** The share of the store's API budget as a bar; nothing while the budget is not known. */
function CostBar({ cost }: { readonly cost: SlaForecast["cost"] | undefined }) {
  if (cost === undefined || cost.percent === null) return null;
  const { percent, feasible } = cost;
  return (
    <span className="cv-budget__bar cv-cost" aria-hidden="true">
      <span
        className={`cv-cost__used cv-cost__used--${feasible}`}
        style={{ width: `${Math.min(100, percent).toFixed(1)}%` }}
      />
    </span>
  );
}
