import { Badge as PolarisBadge } from "@shopify/polaris";
import type { DeliveryStatus } from "#app/delivery/types.ts";
import type { EventStatus } from "#app/events/types.ts";
import { slaWords, type SlaStanding } from "../sla-words.ts";
import { deliveryStatusWords, eventStatusWords, healthWords } from "../words.ts";
import type { HealthState, StatusWord, Tone } from "../words.ts";
import { given } from "./given.ts";

const polarisTones = {
  neutral: undefined,
  info: "info",
  success: "success",
  caution: "attention",
  critical: "critical",
} as const;

/** A word with a tone; never colour alone. */
export function Badge(props: {
  readonly tone: Tone;
  readonly progress?: StatusWord["progress"] | undefined;
  readonly children: string;
}) {
  const { children, tone, progress } = props;
  // The word says it all; a blank keeps Polaris from reading out its own names of tone and progress.
  const spoken = { toneAndProgressLabelOverride: " " };
  return (
    <PolarisBadge {...spoken} {...given({ tone: polarisTones[tone], progress })}>
      {children}
    </PolarisBadge>
  );
}

/** The status of an inbound event. */
export function EventStatusBadge(props: { readonly status: EventStatus }) {
  return <WordBadge word={eventStatusWords[props.status]} />;
}

/** The status of a delivery to a system. */
export function DeliveryStatusBadge(props: { readonly status: DeliveryStatus }) {
  return <WordBadge word={deliveryStatusWords[props.status]} />;
}

/** How a system is doing. */
export function HealthBadge(props: { readonly state: HealthState }) {
  return <WordBadge word={healthWords[props.state]} />;
}

/** How an SLA stands. */
export function SlaBadge(props: { readonly standing: SlaStanding }) {
  return <WordBadge word={slaWords[props.standing]} />;
}

/** A status word with its meaning behind it. */
export function WordBadge({ word }: { readonly word: StatusWord }) {
  return (
    <span title={word.meaning}>
      <Badge tone={word.tone} progress={word.progress}>
        {word.word}
      </Badge>
    </span>
  );
}
