import { useState } from "react";
import type { KeyboardEvent, PointerEvent, ReactNode } from "react";
import { percent } from "./chart-frame.tsx";

interface PointerProps {
  readonly count: number;
  /** Where span `index` stands, 0 to 1. */
  readonly place: (index: number) => number;
  /** The span at a share of the width. */
  readonly indexAt: (share: number) => number;
  readonly reading: (index: number) => ReactNode;
  readonly onChoose?: ((index: number) => void) | undefined;
  /** Set: the chart can be read with the arrow keys, in these words. */
  readonly spoken?:
    | { readonly label: string; readonly valueOf: (index: number) => string }
    | undefined;
}

/** The reading under the pointer: which span it is over, and what to say about it. */
export function Pointer(props: PointerProps) {
  const [index, setIndex] = useState<number | null>(null);
  const shown = index !== null && index < props.count ? index : null;
  const last = props.count - 1;
  const moveTo = (found: number) => {
    setIndex(Math.max(0, Math.min(last, found)));
  };
  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    moveTo(props.indexAt((event.clientX - box.left) / box.width));
  };
  const leave = () => {
    setIndex(null);
  };
  const at = shown === null ? 0 : props.place(shown);
  const { onChoose } = props;
  return (
    <div
      className={onChoose ? "cv-pointer cv-pointer--link" : "cv-pointer"}
      {...accessOf(props, shown ?? last)}
      onPointerMove={follow}
      onPointerDown={follow}
      onPointerLeave={leave}
      onFocus={() => {
        if (shown === null && props.spoken) moveTo(last);
      }}
      onBlur={leave}
      onKeyDown={(event) => {
        const found = props.spoken && steppedTo(event, shown ?? last, last);
        if (found === undefined) return;
        event.preventDefault();
        if (found === null) leave();
        else moveTo(found);
      }}
      onClick={() => {
        if (shown !== null) onChoose?.(shown);
      }}
    >
      {shown !== null && (
        <>
          <div className="cv-pointer__line" style={{ left: percent(at) }} />
          <div
            className={at > 0.5 ? "cv-pointer__box cv-pointer__box--left" : "cv-pointer__box"}
            style={{ left: percent(at) }}
          >
            {props.reading(shown)}
          </div>
        </>
      )}
    </div>
  );
}

/** Without words of its own the same numbers and links are in the table view, for the keyboard and for readers. */
function accessOf({ spoken, count }: PointerProps, index: number) {
  if (!spoken || count === 0) return { "aria-hidden": true } as const;
  return {
    role: "slider",
    tabIndex: 0,
    "aria-label": spoken.label,
    "aria-valuemin": 0,
    "aria-valuemax": count - 1,
    "aria-valuenow": index,
    "aria-valuetext": spoken.valueOf(index),
  } as const;
}

/** Where a key leads; null: away from the chart; undefined: nowhere, the key is not ours. */
function steppedTo(event: KeyboardEvent, from: number, last: number): number | null | undefined {
  const far = Math.max(1, Math.round(last / 12));
  const ways: Readonly<Record<string, number | null>> = {
    ArrowLeft: from - 1,
    ArrowRight: from + 1,
    PageDown: from - far,
    PageUp: from + far,
    Home: 0,
    End: last,
    Escape: null,
  };
  return Object.hasOwn(ways, event.key) ? ways[event.key] : undefined;
}
