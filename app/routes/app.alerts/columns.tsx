import type { AlertView } from "#app/alerts/types.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { Select } from "#app/ui/kit/fields.tsx";
import { Link } from "#app/ui/kit/link.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { Moment, RelativeTime } from "#app/ui/kit/time.tsx";
import { snoozes } from "./form.ts";

const what: Column<AlertView> = {
  key: "what",
  heading: "What",
  cell: (alert) => (
    <span className="cv-why">
      {alert.summary}
      {alert.state !== "closed" && <span className="cv-cell-2">{alert.advice}</span>}
    </span>
  ),
};

/** The columns of alerts that are not over. */
export function openColumns(options: {
  readonly busyId: string | null;
  readonly onAcknowledge: (alert: AlertView) => void;
  readonly onSnooze: (alert: AlertView, minutes: string) => void;
}): readonly Column<AlertView>[] {
  return [
    what,
    { key: "state", heading: "State", cell: (alert) => <StateBadges alert={alert} /> },
    {
      key: "since",
      heading: "Since",
      align: "end",
      cell: (alert) => <RelativeTime at={alert.openedAt} />,
    },
    {
      key: "place",
      heading: "",
      interactive: true,
      cell: (alert) => <Link to={alert.place.to}>{alert.place.content}</Link>,
    },
    {
      key: "act",
      heading: "",
      align: "end",
      interactive: true,
      cell: (alert) => <Decide alert={alert} {...options} />,
    },
  ];
}

/** The columns of alerts that are over. */
export const pastColumns: readonly Column<AlertView>[] = [
  what,
  {
    key: "from",
    heading: "From",
    align: "end",
    cell: (alert) => <Moment at={alert.openedAt} />,
  },
  {
    key: "to",
    heading: "To",
    align: "end",
    cell: (alert) =>
      alert.closedAt === null ? (
        "–"
      ) : (
        <>
          <Moment at={alert.closedAt} />
          {alert.closedBecause === "worse" && (
            <span className="cv-cell-2">went on as another alert</span>
          )}
        </>
      ),
  },
];

function StateBadges({ alert }: { readonly alert: AlertView }) {
  if (alert.state === "acknowledged")
    return (
      <span title="Somebody looks after it: nobody is told again unless it gets worse.">
        <Badge tone="info">Acknowledged</Badge>
      </span>
    );
  const critical = alert.severity === "critical";
  return (
    <>
      <Badge tone={critical ? "critical" : "caution"}>
        {critical ? "Act now" : "Keep an eye on"}
      </Badge>
      {alert.snoozedUntil !== null && (
        <span className="cv-cell-2">
          snoozed until <Moment at={alert.snoozedUntil} />
        </span>
      )}
    </>
  );
}

function Decide(props: {
  readonly alert: AlertView;
  readonly busyId: string | null;
  readonly onAcknowledge: (alert: AlertView) => void;
  readonly onSnooze: (alert: AlertView, minutes: string) => void;
}) {
  const { alert } = props;
  return (
    <div className="cv-issue-actions">
      {alert.state === "open" && (
        <Button
          size="slim"
          loading={props.busyId === alert.id}
          accessibilityLabel={`Acknowledge: ${alert.summary}`}
          onClick={() => {
            props.onAcknowledge(alert);
          }}
        >
          Acknowledge
        </Button>
      )}
      <Select
        label={`Snooze: ${alert.summary}`}
        labelHidden
        value=""
        options={[
          { label: "Snooze", value: "" },
          ...snoozes.map(({ label, minutes }) => ({ label, value: String(minutes) })),
        ]}
        onChange={(minutes) => {
          if (minutes !== "") props.onSnooze(alert, minutes);
        }}
      />
    </div>
  );
}
