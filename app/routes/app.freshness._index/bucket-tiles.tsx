import { Link as RemixLink } from "@remix-run/react";
import { formatCount } from "#app/ui/format/number.ts";
import type { BucketKey } from "./buckets.ts";

/** How many SLAs have how much of their error budget left; each tile shows only those, and again all. */
export function BucketTiles(props: {
  readonly buckets: readonly {
    readonly key: BucketKey;
    readonly label: string;
    readonly count: number;
    readonly to: string;
    readonly current: boolean;
  }[];
}) {
  return (
    <nav className="cv-buckets" aria-label="Error budget left">
      {props.buckets.map((bucket) => (
        <RemixLink
          key={bucket.key}
          to={bucket.to}
          preventScrollReset
          className={`cv-bucket cv-bucket--${bucket.key}`}
          aria-current={bucket.current ? "true" : undefined}
        >
          <span className="cv-bucket__count">{formatCount(bucket.count)}</span>
          <span className="cv-bucket__label">{bucket.label}</span>
        </RemixLink>
      ))}
    </nav>
  );
}
