import { useState } from "react";
import type { ReactNode } from "react";
import { formatAgo, formatMs } from "../format/duration.ts";
import { formatCount } from "../format/number.ts";
import { formatClock, formatExact } from "../format/time.ts";
import type { Tone } from "../words.ts";
import { Button } from "./button.tsx";
import { useNow, useTimeZone } from "./clock.tsx";

/** One thing that happened, or will. Times RFC 3339. */
export interface TimelineItem {
  readonly key: string;
  readonly at: string;
  readonly title: string;
  readonly detail?: ReactNode;
  readonly tone: Tone;
  /** Not yet: shown hollow, without a gap. */
  readonly planned?: boolean;
}

/** A product with a hundred prices makes hundreds of steps; the first ones tell the story. */
const shownAtFirst = 40;

/** What happened, in order, with the time to the millisecond and the gap to the step before. */
export function Timeline(props: {
  readonly label: string;
  readonly items: readonly TimelineItem[];
}) {
  const timeZone = useTimeZone();
  const [all, setAll] = useState(false);
  const { items } = props;
  const cut = !all && items.length > shownAtFirst;
  const shown = cut ? items.slice(0, shownAtFirst) : items;
  return (
    <>
      <ol className="cv-timeline" aria-label={props.label}>
        {shown.map((item, index) => (
          <li key={item.key} className="cv-timeline__item">
            <span
              className={`cv-timeline__dot cv-tone--${item.tone}${item.planned === true ? " cv-timeline__dot--planned" : ""}`}
              aria-hidden="true"
            />
            <div className="cv-timeline__text">
              <div className="cv-timeline__title">{item.title}</div>
              {item.detail !== undefined && <div className="cv-subdued">{item.detail}</div>}
            </div>
            <div className="cv-timeline__when">
              {item.planned === true ? (
                <PlannedTime at={item.at} />
              ) : (
                <time dateTime={item.at} title={`${formatExact(item.at, timeZone)} (${timeZone})`}>
                  {formatClock(item.at, timeZone)}
                </time>
              )}
              <Gap item={item} before={shown[index - 1]} />
            </div>
          </li>
        ))}
      </ol>
      {cut && (
        <Button
          variant="plain"
          onClick={() => {
            setAll(true);
          }}
        >
          {`Show all ${formatCount(items.length)} steps`}
        </Button>
      )}
    </>
  );
}

function Gap(props: { readonly item: TimelineItem; readonly before: TimelineItem | undefined }) {
  if (!props.before || props.item.planned === true) return null;
  const gapMs = Date.parse(props.item.at) - Date.parse(props.before.at);
  return <div className="cv-subdued">+{formatMs(gapMs)}</div>;
}

function PlannedTime({ at }: { readonly at: string }) {
  const nowMs = useNow(1_000);
  const seconds = (nowMs - Date.parse(at)) / 1000;
  return <time dateTime={at}>{seconds > -1 ? "any moment" : formatAgo(seconds)}</time>;
}
