import { formatSeconds } from "#app/ui/format/duration.ts";
import { countOf, formatCount } from "#app/ui/format/number.ts";
import { Link } from "#app/ui/kit/link.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import type { Overview } from "./overview.presenter.server.ts";

/** After so long something is wrong with what waits, and the figure says so. */
const longWaitSeconds = 300;

/** How the systems are, and what is on its way to them, in one line. */
export function Standing({ overview }: { readonly overview: Overview }) {
  const { health, waiting } = overview;
  const total = Object.values(health).reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const late = waiting.oldestSeconds > longWaitSeconds;
  return (
    <Section>
      <div className="cv-standing">
        <span>
          <Link to="/app/systems">{systemsWords(health, total)}</Link>
        </span>
        <span className={late ? "cv-critical" : "cv-subdued"}>{waitingWords(waiting)}</span>
      </div>
    </Section>
  );
}

/** "22 changes wait, the oldest for 30 s." What came within the last second is on its way. Pure. */
export function waitingWords({ count, oldestSeconds }: Overview["waiting"]): string {
  if (count === 0) return "No change waits.";
  return oldestSeconds < 1
    ? `${countOf(count, "change is on its way", "changes are on their way")}.`
    : `${countOf(count, "change waits", "changes wait")}, the oldest for ${formatSeconds(oldestSeconds)}.`;
}

const ill = ["failing", "disabled", "degraded", "paused"] as const;

/** "2 of 3 systems are well, 1 failing". Pure. */
export function systemsWords(health: Overview["health"], total: number): string {
  const well = (health.healthy ?? 0) + (health.quiet ?? 0);
  const others = ill.flatMap((state) => {
    const count = health[state] ?? 0;
    return count === 0 ? [] : [`${formatCount(count)} ${state}`];
  });
  if (others.length === 0) return allWell(total);
  return [`${formatCount(well)} of ${countOf(total, "system")} well`, ...others].join(", ");
}

function allWell(total: number): string {
  if (total === 1) return "The system is well";
  return total === 2 ? "Both systems are well" : `All ${formatCount(total)} systems are well`;
}
