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
  return (
    <div className="cv-forecast" role="status" aria-busy={state !== "idle"}>
      <Stack gap={2}>
        {data?.ok !== false && <Cost cost={shown?.cost} />}
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

/** What an SLA takes of the store's API budget: a sentence and, where the budget is known, a bar. */
function Cost({ cost }: { readonly cost: SlaForecast["cost"] | undefined }) {
  if (cost === undefined) return <Paragraph tone="subdued">Working out what it takes…</Paragraph>;
  const { percent, feasible, sentence } = cost;
  return (
    <>
      <Paragraph tone={feasible === "no" ? "critical" : "subdued"}>{sentence}</Paragraph>
      {percent !== null && (
        <span className="cv-budget__bar cv-cost" aria-hidden="true">
          <span
            className={`cv-cost__used cv-cost__used--${feasible}`}
            style={{ width: `${Math.min(100, percent).toFixed(1)}%` }}
          />
        </span>
      )}
    </>
  );
}
