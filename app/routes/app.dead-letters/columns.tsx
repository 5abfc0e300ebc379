import type { DeadLetter } from "#app/delivery/types.ts";
import { resourceLabel } from "#app/ui/format/ids.ts";
import { shopHandle } from "#app/ui/format/shop.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { causeOf } from "#app/ui/causes.ts";
import { Button } from "#app/ui/kit/button.tsx";
import { Link } from "#app/ui/kit/link.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { topicWord } from "#app/ui/words.ts";

/** Names a dead letter in one line. */
export function labelOf(letter: DeadLetter): string {
  const subject = letter.resource === null ? "" : `, ${resourceLabel(letter.resource)}`;
  return `${topicWord(letter.topic)}${subject}`;
}

/** The columns of the dead letters; `busy` rows are being replayed. */
export function deadLetterColumns(options: {
  readonly nameOf: (systemId: string) => string;
  readonly busy: (id: string) => boolean;
  readonly onReplay: (id: string) => void;
}): readonly Column<DeadLetter>[] {
  return [
    {
      key: "what",
      heading: "Change",
      cell: (letter) => (
        <>
          {topicWord(letter.topic)}
          <span className="cv-cell-2">
            {letter.resource === null ? letter.topic : resourceLabel(letter.resource)}
            {letter.fromShop !== null && ` of ${shopHandle(letter.fromShop)}`}
          </span>
        </>
      ),
    },
    {
      key: "why",
      heading: "Why",
      cell: (letter) => (
        <span className="cv-why">
          {causeOf(letter).title}
          <span className="cv-cell-2">{letter.reason}</span>
        </span>
      ),
    },
    {
      key: "where",
      heading: "For",
      interactive: true,
      cell: (letter) =>
        letter.systemId === null ? (
          "Converge"
        ) : (
          <Link plain to={`/app/systems/${letter.systemId}`}>
            {options.nameOf(letter.systemId)}
          </Link>
        ),
    },
    ...figureColumns,
    {
      key: "act",
      heading: "",
      align: "end",
      interactive: true,
      cell: (letter) => (
        <span>
          <Button
            size="slim"
            loading={options.busy(letter.id)}
            accessibilityLabel={`Replay ${labelOf(letter)}`}
            onClick={() => {
              options.onReplay(letter.id);
            }}
          >
            Replay
          </Button>
        </span>
      ),
    },
  ];
}

/** How often it was tried, how that ended, and when it was given up. */
const figureColumns: readonly Column<DeadLetter>[] = [
  {
    key: "attempts",
    heading: "Attempts",
    align: "end",
    optional: true,
    cell: (letter) => (letter.kind === "event" ? "–" : formatCount(letter.attempts)),
  },
  {
    key: "http",
    heading: "Last answer",
    align: "end",
    optional: true,
    cell: (letter) => (letter.httpStatus === null ? "–" : <code>HTTP {letter.httpStatus}</code>),
  },
  {
    key: "since",
    heading: "Since",
    align: "end",
    cell: (letter) => <RelativeTime at={letter.at} />,
  },
];
