import type { ExposureView } from "#app/coordination/types.ts";
import { formatSeconds } from "#app/ui/format/duration.ts";
import { countOf, formatCompact } from "#app/ui/format/number.ts";
import { Link } from "#app/ui/kit/link.tsx";
import { Section } from "#app/ui/kit/section.tsx";

/** How much the stores of a group are about to sell twice, in one line that leads to the articles. */
export function ExposureLine({ exposure }: { readonly exposure: ExposureView | null }) {
  if (exposure === null) return null;
  const { units, articles, lagSeconds, measured } = exposure;
  const lag = measured
    ? `Stores hear of each other's sales after ${formatSeconds(lagSeconds)}`
    : `Until the first sale is measured, ${formatSeconds(lagSeconds)} are assumed for stores to hear of each other's sales`;
  return (
    <Section>
      <div className="cv-standing">
        <span className={units > 0 ? "cv-text--caution" : undefined}>
          <Link to="/app/inventory#at-risk">
            {units > 0 ? `Oversell exposure: ${unitsWords(units)}` : "Oversell exposure: none"}
          </Link>
        </span>
        <span className="cv-subdued">
          {units > 0
            ? `${lag}; at the pace of the last minute, so much of ${countOf(articles, "article")} is sold twice before that.`
            : `${lag}; what is left and kept back is enough for what sells in that time.`}
        </span>
      </div>
    </Section>
  );
}

/** "1 unit", "2.4 units". Pure. */
export function unitsWords(units: number): string {
  const figure = formatCompact(units);
  return `${figure} ${figure === "1" ? "unit" : "units"}`;
}
