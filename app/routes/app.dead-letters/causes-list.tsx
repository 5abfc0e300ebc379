import type { DeadLetter } from "#app/delivery/types.ts";
import { causeOf } from "#app/ui/causes.ts";
import type { Cause } from "#app/ui/causes.ts";
import { countOf } from "#app/ui/format/number.ts";
import { Section, Stack } from "#app/ui/kit/section.tsx";

/** What went wrong with the rows on this page, the most frequent first, and what to do about it. */
export function Causes(props: {
  readonly letters: readonly DeadLetter[];
  /** How many there are, on this page and others. */
  readonly total: number;
}) {
  const { letters } = props;
  const where = letters.length < props.total ? " on this page" : "";
  return (
    <Section heading="What to do">
      <Stack gap={3}>
        {groupByCause(letters).map(({ cause, count }) => (
          <div key={cause.title}>
            <strong>{cause.title}</strong>{" "}
            <span className="cv-subdued">({countOf(count, "change") + where})</span>
            <div>{cause.advice}</div>
          </div>
        ))}
      </Stack>
    </Section>
  );
}

function groupByCause(
  letters: readonly DeadLetter[],
): { readonly cause: Cause; readonly count: number }[] {
  const groups = new Map<string, { cause: Cause; count: number }>();
  for (const letter of letters) {
    const cause = causeOf(letter);
    const group = groups.get(cause.title);
    if (group) group.count += 1;
    else groups.set(cause.title, { cause, count: 1 });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
