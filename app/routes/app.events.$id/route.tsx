import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { resourceTail } from "#app/ui/format/ids.ts";
import { EventStatusBadge } from "#app/ui/kit/badge.tsx";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { MissingPage } from "#app/ui/kit/missing-page.tsx";
import { Columns, Page } from "#app/ui/kit/page.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { Timeline } from "#app/ui/kit/timeline.tsx";
import { Banner } from "#app/ui/kit/banner.tsx";
import { errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { topicWord } from "#app/ui/words.ts";
import { buildTimeline } from "./build-timeline.ts";
import { EventBody } from "./event-body.tsx";
import { EventSide } from "./event-side.tsx";
import { loadEvent, revealBody, sendAgain } from "./event.presenter.server.ts";
import type { Revealed } from "./event.presenter.server.ts";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const withBody = new URL(request.url).searchParams.get("body") === "shown";
  const page = await loadEvent(context, session.shop, params["id"] ?? "", { withBody });
  if (!page) throw new Response("There is no such event.", { status: 404 });
  return page;
}

/** Sends the event again, or shows its body with the personal data in it: never by a link, since a look is written down. */
export async function action({
  request,
  params,
  context,
}: ActionFunctionArgs): Promise<ActionOutcome<Revealed>> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const actor = `user:${sessionToken.sub}`;
  const id = params["id"] ?? "";
  if ((await request.formData()).get("intent") === "replay") {
    const outcome = await sendAgain(context, session.shop, actor, id);
    if (!outcome) throw new Response("There is no such event.", { status: 404 });
    return outcome;
  }
  const body = await revealBody(context, session.shop, actor, id);
  if (!body) {
    const message = "The body of this event is gone: bodies are kept for 30 days.";
    return { ok: false, errors: [{ field: "", message }] };
  }
  return { ok: true, toast: "Personal data shown", body };
}

export default function EventPage() {
  const page = useLoaderData<typeof loader>();
  const { event } = page;
  const unfinished =
    event.status === "received" ||
    page.deliveries.some((delivery) => open.has(delivery.status)) ||
    page.loadedMs - Date.parse(event.receivedAt) < settleMs;
  const fetcher = useFetcher<ActionOutcome>();
  useOutcomeToast(fetcher.data);
  const error = errorOf(fetcher.data, "");
  const live = useLiveRefresh(unfinished);
  const nameOf = (id: string) => page.systemNames[id] ?? "a removed system";
  const subject = event.resource === null ? "" : ` · ${resourceTail(event.resource)}`;
  return (
    <Page
      heading={`${topicWord(event.topic)}${subject}`}
      badge={<EventStatusBadge status={event.status} />}
      back={{ content: "Events", to: "/app/events" }}
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
      primaryAction={{
        content: "Replay",
        loading: fetcher.state !== "idle",
        onClick: () => {
          fetcher.submit({ intent: "replay" }, { method: "post" });
        },
      }}
    >
      {error !== undefined && <Banner tone="critical" heading={error} />}
      <Columns
        main={
          <>
            <Section
              heading="Timeline"
              accessory={<UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />}
            >
              <Timeline
                label="What happened to this event"
                items={buildTimeline(event, page.deliveries, nameOf)}
              />
            </Section>
            <EventBody masked={page.body} bytes={event.bodyBytes} />
          </>
        }
        side={
          <EventSide
            event={event}
            deliveries={page.deliveries}
            nameOf={nameOf}
            siblings={page.siblings}
            moreSiblings={page.moreSiblings}
          />
        }
      />
    </Page>
  );
}

const open = new Set(["pending", "delivering", "retrying", "waiting"]);

/** A fresh event is about to get deliveries that do not exist yet. */
const settleMs = 60_000;

export function ErrorBoundary() {
  return (
    <MissingPage heading="This event is not here" back={{ content: "Events", to: "/app/events" }}>
      It may belong to another store, or it is older than what is kept.
    </MissingPage>
  );
}
