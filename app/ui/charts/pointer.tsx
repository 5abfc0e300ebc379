import { useState } from "react";
import type { PointerEvent, ReactNode } from "react";
import { percent } from "./chart-frame.tsx";

/** The reading under the pointer: which span it is over, and what to say about it. */
export function Pointer(props: {
  readonly count: number;
  /** Where span `index` stands, 0 to 1. */
  readonly place: (index: number) => number;
  /** The span at a share of the width. */
  readonly indexAt: (share: number) => number;
  readonly reading: (index: number) => ReactNode;
  readonly onChoose?: ((index: number) => void) | undefined;
}) {
  const [index, setIndex] = useState<number | null>(null);
  const shown = index !== null && index < props.count ? index : null;
  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const found = props.indexAt((event.clientX - box.left) / box.width);
    setIndex(Math.max(0, Math.min(props.count - 1, found)));
  };
  const at = shown === null ? 0 : props.place(shown);
  const { onChoose } = props;
  return (
    // The same numbers and links are in the table view, for the keyboard and for readers.
    <div
      className={onChoose ? "cv-pointer cv-pointer--link" : "cv-pointer"}
      aria-hidden="true"
      onPointerMove={follow}
      onPointerDown={follow}
      onPointerLeave={() => {
        setIndex(null);
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
