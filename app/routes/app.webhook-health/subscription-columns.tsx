import type { TopicView } from "#app/subscriptions/types.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { subscriptionWords, topicWord } from "#app/ui/words.ts";
import type { Subscriptions } from "./subscriptions.presenter.server.ts";

/** What a person can have done about a row. */
export interface RepairActions {
  readonly busy: boolean;
  /** The topic being repaired right now. */
  readonly repairing: FormDataEntryValue | null;
  readonly onRepair: (topic: string) => void;
}

/** The columns of the subscriptions. */
export function subscriptionColumns(
  expected: Subscriptions["expected"],
  actions: RepairActions,
): readonly Column<TopicView>[] {
  return [
    { key: "topic", heading: "Webhook", cell: (row) => <Topic row={row} /> },
    { key: "state", heading: "State", cell: (row) => <State row={row} /> },
    {
      key: "declared",
      heading: "Declared in",
      cell: (row) => <Declared row={row} expected={expected} />,
    },
    {
      key: "version",
      heading: "API version",
      align: "end",
      cell: ({ apiVersion }) => <Version actual={apiVersion} expected={expected.apiVersion} />,
    },
    {
      key: "heard",
      heading: "Last heard",
      align: "end",
      cell: ({ lastHeardAt }) =>
        lastHeardAt === null ? "Never" : <RelativeTime at={lastHeardAt} />,
    },
    {
      key: "repair",
      heading: "",
      align: "end",
      interactive: true,
      cell: (row) => <Repair row={row} actions={actions} />,
    },
  ];
}

function Topic({ row }: { readonly row: TopicView }) {
  return (
    <div>
      {topicWord(row.topic)}
      <span className="cv-cell-2">{row.topic}</span>
      {row.problem !== null && (
        <span className="cv-cell-2">
          <span className="cv-text--critical">{row.problem}</span>
        </span>
      )}
      {row.did !== null && (
        <span className="cv-cell-2">
          {row.did} {row.didAt !== null && <RelativeTime at={row.didAt} />}
        </span>
      )}
    </div>
  );
}

function State({ row }: { readonly row: TopicView }) {
  const { word, tone, meaning } = subscriptionWords[row.state];
  return (
    <div>
      <span title={meaning}>
        <Badge tone={tone}>{word}</Badge>
      </span>
      <span className="cv-cell-2">
        since <RelativeTime at={row.since} />
      </span>
    </div>
  );
}

/** Where the subscription stands, and the address of each that was made through the API. */
function Declared(props: {
  readonly row: TopicView;
  readonly expected: Subscriptions["expected"];
}) {
  const { declared, made } = props.row;
  const places = [declared ? "App configuration" : null, made.length > 0 ? "API" : null];
  const addresses = [
    ...(declared ? [props.expected.address] : []),
    ...made.map(({ uri, substitute }) => `${uri}${substitute ? " (substitute)" : ""}`),
  ];
  return (
    <div>
      {places.filter((place) => place !== null).join(" and ")}
      {addresses.map((address, index) => (
        <span key={`${String(index)} ${address}`} className="cv-cell-2 cv-mono">
          {address}
        </span>
      ))}
    </div>
  );
}

function Version(props: { readonly actual: string | null; readonly expected: string }) {
  if (props.actual === null || props.actual === props.expected) return props.expected;
  return (
    <div>
      <span className="cv-text--critical">{props.actual}</span>
      <span className="cv-cell-2">{`expected ${props.expected}`}</span>
    </div>
  );
}

/** Only where a click does something: what is surplus goes, or a substitute is tried once more. */
function Repair({ row, actions }: { readonly row: TopicView; readonly actions: RepairActions }) {
  const silent = row.state === "missing" || row.state === "removed";
  const covered = row.substituted || row.made.some((one) => one.substitute);
  if (row.surplus === 0 && (!silent || covered)) return null;
  return (
    <Button
      size="slim"
      disabled={actions.busy}
      loading={actions.repairing === row.topic}
      accessibilityLabel={`Repair ${row.topic}`}
      onClick={() => {
        actions.onRepair(row.topic);
      }}
    >
      Repair
    </Button>
  );
}
