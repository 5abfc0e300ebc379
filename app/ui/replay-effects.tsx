import type { ReplayEffects } from "#app/delivery/types.ts";
import { countOf, formatCount } from "./format/number.ts";
import { Paragraph, Stack } from "./kit/section.tsx";

/** What a replay would do, as a list of sentences; what would not happen is left out. */
export function Effects(props: { readonly count: number; readonly effects: ReplayEffects }) {
  if (props.count === 0) return <Paragraph>There is nothing to send.</Paragraph>;
  return (
    <Stack gap={2}>
      {describeEffects(props.effects).map((sentence) => (
        <Paragraph key={sentence}>{sentence}</Paragraph>
      ))}
    </Stack>
  );
}

/** One sentence for each thing that would happen, the most telling first. Pure. */
export function describeEffects(effects: ReplayEffects): string[] {
  const { willDeliver, willWait, superseded, deleted, willProcess } = effects;
  const sentences: readonly (readonly [number, string])[] = [
    [willDeliver, `${countOf(willDeliver, "change")} will be sent.`],
    [
      willWait,
      `${countOf(willWait, "change")} will wait: the system is paused, switched off or does not answer.`,
    ],
    [superseded, `${countOf(superseded, "change")} will not be sent: there is a newer version.`],
    [deleted, `${countOf(deleted, "change")} cannot be sent: the system was disconnected.`],
    [willProcess, `${formatCount(willProcess)} unreadable events will be read again.`],
  ];
  return sentences.filter(([count]) => count > 0).map(([, sentence]) => sentence);
}
