import type { SystemHealth } from "#app/delivery/types.ts";
import { formatSeconds } from "#app/ui/format/duration.ts";
import { formatCount, formatPercent } from "#app/ui/format/number.ts";
import { Link } from "#app/ui/kit/link.tsx";
import { UpdatedNote } from "#app/ui/kit/live.tsx";
import type { LiveRefresh } from "#app/ui/kit/live.tsx";
import { Figure } from "#app/ui/kit/metric.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";

const stuckAfterSeconds = 300;

/** A system to which nothing was sent in the last day. */
const quietDay: Omit<SystemHealth, "systemId"> = {
  delivered: 0,
  failed: 0,
  waiting: 0,
  dead: 0,
  oldestWaitingSeconds: null,
  lastDeliveredAt: null,
};

/** How a system did in the last day and what it still has to get. */
export function HealthSection(props: {
  readonly day: SystemHealth | null;
  readonly dead: number;
  readonly systemId: string;
  readonly live: LiveRefresh;
}) {
  const day = props.day ?? quietDay;
  return (
    <Section
      heading="Last 24 hours"
      accessory={<UpdatedNote reachable={props.live.reachable} onRefresh={props.live.refresh} />}
    >
      <div className="cv-figures">
        <Figure
          heading="Delivered"
          value={formatCount(day.delivered)}
          note={<LastDelivery at={day.lastDeliveredAt} />}
        />
        <SuccessFigure delivered={day.delivered} failed={day.failed} />
        <WaitingFigure waiting={day.waiting} oldestSeconds={day.oldestWaitingSeconds} />
        <DeadFigure dead={props.dead} systemId={props.systemId} />
      </div>
    </Section>
  );
}

function LastDelivery({ at }: { readonly at: string | null }) {
  if (at === null) return <>Nothing arrived yet</>;
  return (
    <>
      Last <RelativeTime at={at} />
    </>
  );
}

function SuccessFigure(props: { readonly delivered: number; readonly failed: number }) {
  const tried = props.delivered + props.failed;
  if (tried === 0) return <Figure heading="Success" value="–" note="Nothing was sent" />;
  return (
    <Figure
      heading="Success"
      value={formatPercent((props.delivered / tried) * 100)}
      note={`of ${formatCount(tried)} changes`}
    />
  );
}

function WaitingFigure(props: { readonly waiting: number; readonly oldestSeconds: number | null }) {
  const { oldestSeconds } = props;
  const stuck = oldestSeconds !== null && oldestSeconds > stuckAfterSeconds;
  return (
    <Figure
      heading="Waiting"
      value={formatCount(props.waiting)}
      note={
        oldestSeconds === null ? "Every change is out" : `Oldest ${formatSeconds(oldestSeconds)}`
      }
      tone={stuck ? "critical" : "neutral"}
    />
  );
}

function DeadFigure(props: { readonly dead: number; readonly systemId: string }) {
  if (props.dead === 0) {
    return <Figure heading="Dead letters" value="0" note="Nothing failed for good" />;
  }
  const href = `/app/dead-letters?system=${encodeURIComponent(props.systemId)}`;
  return (
    <Figure
      heading="Dead letters"
      value={formatCount(props.dead)}
      tone="critical"
      note={<Link to={href}>View and replay</Link>}
    />
  );
}
