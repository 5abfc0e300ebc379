import type { ReactNode } from "react";
import type { DeliveryView } from "#app/delivery/types.ts";
import type { EventDetail, EventSummary } from "#app/events/types.ts";
import { formatMs } from "#app/ui/format/duration.ts";
import { resourceLabel, resourceName } from "#app/ui/format/ids.ts";
import { countOf } from "#app/ui/format/number.ts";
import { EventStatusBadge } from "#app/ui/kit/badge.tsx";
import { useTimeZone } from "#app/ui/kit/clock.tsx";
import { CopyableId } from "#app/ui/kit/copyable.tsx";
import { Link } from "#app/ui/kit/link.tsx";
import { Facts, Paragraph, Section, Stack } from "#app/ui/kit/section.tsx";
import { ExactTime } from "#app/ui/kit/time.tsx";
import { DeliveredTo } from "./delivered-to.tsx";
import { domainWord, eventStatusWords, sourceWords, topicWord } from "#app/ui/words.ts";

/** What is known about an event, beside its story. */
export function EventSide(props: {
  readonly event: EventDetail;
  readonly deliveries: readonly DeliveryView[];
  readonly nameOf: (systemId: string) => string;
  readonly siblings: readonly EventSummary[];
  readonly moreSiblings: boolean;
}) {
  const { event } = props;
  const timeZone = useTimeZone();
  const word = eventStatusWords[event.status];
  return (
    <>
      <Section heading="Status">
        <Stack gap={2}>
          <div>
            <EventStatusBadge status={event.status} />
          </div>
          <Paragraph>{event.reason ?? word.meaning}</Paragraph>
        </Stack>
      </Section>
      <DeliveredTo deliveries={props.deliveries} nameOf={props.nameOf} />
      <Section heading="Timing" description={`Times in ${timeZone}`}>
        <Facts items={timingOf(event)} />
      </Section>
      <Section heading="Details">
        <Facts items={detailsOf(event)} />
      </Section>
      <Section
        heading="Same cause"
        description="Events of the same change in Shopify share a correlation id."
      >
        <Siblings {...props} />
      </Section>
    </>
  );
}

interface Fact {
  readonly term: string;
  readonly value: ReactNode;
}

function timingOf(event: EventDetail): Fact[] {
  const { triggeredAt, receivedAt, startedAt, processedAt } = event;
  const facts: Fact[] = [];
  if (triggeredAt !== null) {
    const gapMs = Date.parse(receivedAt) - Date.parse(triggeredAt);
    facts.push(
      { term: "Changed in Shopify", value: <ExactTime at={triggeredAt} /> },
      {
        term: "On its way to Converge",
        value:
          gapMs < 0
            ? `${formatMs(-gapMs)} early: Shopify's clock is ahead of ours`
            : formatMs(gapMs),
      },
    );
  }
  facts.push({ term: "Received", value: <ExactTime at={receivedAt} /> });
  if (startedAt !== null) {
    facts.push({ term: "Waited for a worker", value: between(receivedAt, startedAt) });
  }
  if (startedAt !== null && processedAt !== null) {
    facts.push({ term: "Processed in", value: between(startedAt, processedAt) });
  }
  return facts;
}

function between(from: string, to: string): string {
  return formatMs(Math.max(0, Date.parse(to) - Date.parse(from)));
}

function detailsOf(event: EventDetail): Fact[] {
  const facts: (Fact | null)[] = [
    {
      term: "Topic",
      value: <Link to={`/app/events?topic=${encodeURIComponent(event.topic)}`}>{event.topic}</Link>,
    },
    event.domain === null ? null : { term: "Data", value: domainWord(event.domain) },
    event.resource === null
      ? null
      : {
          term: resourceName(event.resource.type),
          value: <CopyableId value={event.resource.id} label="resource id" whole />,
        },
    event.resource?.sku ? { term: "SKU", value: event.resource.sku } : null,
    event.resource?.version ? { term: "Version", value: event.resource.version } : null,
    { term: "Source", value: sourceWords[event.source] },
    event.apiVersion === null ? null : { term: "API version", value: event.apiVersion },
    event.subscription === null ? null : { term: "Subscription", value: event.subscription },
    idFact("Event", event.id),
    idFact("Webhook id", event.webhookId),
    event.eventId === null ? null : idFact("Shopify event id", event.eventId),
    idFact("Correlation id", event.correlationId),
    idFact("Trace", event.traceparent),
    { term: "Repeats", value: repeatsOf(event) },
    event.resource === null
      ? null
      : {
          term: "History",
          value: (
            <Link to={timelineOf(event.resource)}>
              Everything that happened to {resourceLabel(event.resource)}
            </Link>
          ),
        },
  ];
  return facts.filter((fact) => fact !== null);
}

function idFact(term: string, value: string): Fact {
  return { term, value: <CopyableId value={value} label={term.toLowerCase()} /> };
}

function repeatsOf(event: EventDetail): string {
  if (event.duplicates === 0) return "None";
  return `${countOf(event.duplicates, "repeat")}, without effect`;
}

function Siblings(props: {
  readonly event: EventDetail;
  readonly siblings: readonly EventSummary[];
  readonly moreSiblings: boolean;
}) {
  if (props.siblings.length === 0) {
    return <Paragraph tone="subdued">No other event came of this change.</Paragraph>;
  }
  const all = `/app/events?correlation=${encodeURIComponent(props.event.correlationId)}`;
  return (
    <Stack gap={2}>
      {props.siblings.map((sibling) => (
        <div key={sibling.id} className="cv-inline cv-inline--between cv-gap-2">
          <Link to={`/app/events/${sibling.id}`}>
            {topicWord(sibling.topic)}
            {sibling.resource ? ` · ${resourceLabel(sibling.resource)}` : ""}
          </Link>
          <EventStatusBadge status={sibling.status} />
        </div>
      ))}
      <Link to={all}>{props.moreSiblings ? "All events of this change" : "As a list"}</Link>
    </Stack>
  );
}

function timelineOf(resource: { readonly id: string; readonly sku: string | null }): string {
  const params = new URLSearchParams({
    resource: resource.id,
    ...(resource.sku === null ? {} : { sku: resource.sku }),
  });
  return `/app/timeline?${params.toString()}`;
}
