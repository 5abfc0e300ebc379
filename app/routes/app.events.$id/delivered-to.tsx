import { useFetcher } from "@remix-run/react";
import type { DeliveryView } from "#app/delivery/types.ts";
import { resourceTail } from "#app/ui/format/ids.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { DeliveryStatusBadge } from "#app/ui/kit/badge.tsx";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { Link } from "#app/ui/kit/link.tsx";
import { Paragraph, Section, Stack } from "#app/ui/kit/section.tsx";
import { errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { topicWord } from "#app/ui/words.ts";

const shown = 12;

/** Where the changes of an event stand now, per system, with Replay for those that were given up. */
export function DeliveredTo(props: {
  readonly deliveries: readonly DeliveryView[];
  readonly nameOf: (systemId: string) => string;
}) {
  const fetcher = useFetcher<ActionOutcome>();
  useOutcomeToast(fetcher.data);
  const current = currentDeliveries(props.deliveries);
  const dead = current.filter((delivery) => delivery.status === "dead");
  const error = errorOf(fetcher.data, "");
  const replay = () => {
    const form = new FormData();
    form.set("intent", "replay");
    for (const delivery of dead) form.append("id", `dlv:${delivery.id}`);
    fetcher.submit(form, { method: "post", action: "/app/dead-letters" });
  };
  return (
    <Section heading="Systems">
      <Stack gap={2}>
        {current.length === 0 && (
          <Paragraph tone="subdued">Nothing was sent to a system.</Paragraph>
        )}
        {current.slice(0, shown).map((delivery) => (
          <div key={delivery.id} className="cv-inline cv-inline--between cv-gap-2">
            <span>
              <Link to={`/app/systems/${delivery.systemId}`}>
                {props.nameOf(delivery.systemId)}
              </Link>
              <span className="cv-cell-2">
                {topicWord(delivery.type)},{" "}
                {resourceTail({ id: delivery.resourceId, sku: delivery.sku })}
              </span>
            </span>
            <DeliveryStatusBadge status={delivery.status} />
          </div>
        ))}
        {current.length > shown && (
          <Paragraph tone="subdued">{`and ${formatCount(current.length - shown)} more`}</Paragraph>
        )}
        {error !== undefined && <Banner tone="critical" heading={error} />}
        {dead.length > 0 && (
          <Button loading={fetcher.state !== "idle"} onClick={replay}>
            {dead.length === 1 ? "Replay" : `Replay ${formatCount(dead.length)} changes`}
          </Button>
        )}
      </Stack>
    </Section>
  );
}

/** A replay takes the place of the delivery it repeats. */
function currentDeliveries(deliveries: readonly DeliveryView[]): readonly DeliveryView[] {
  const replaced = new Set(deliveries.map((delivery) => delivery.replayOf));
  return deliveries.filter((delivery) => !replaced.has(delivery.id));
}
