import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useSearchParams } from "@remix-run/react";
import { formatCappedCount } from "#app/ui/format/number.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { useSteadyRows } from "#app/ui/kit/steady-rows.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import { Paging, ViewTabs } from "#app/ui/kit/table-tools.tsx";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { Causes } from "./causes-list.tsx";
import { deadLetterColumns, labelOf } from "./columns.tsx";
import { actOnDeadLetters, loadDeadLetters } from "./dead-letters.presenter.server.ts";
import { DiscardModal } from "./discard-modal.tsx";
import { readRequest } from "./form.ts";
import { PreviewModal, usePreview } from "./preview-modal.tsx";
import { Replays } from "./replays-list.tsx";
import { Issues } from "./issues-list.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { useDeadLetterActions } from "./use-dead-letter-actions.ts";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const { searchParams } = new URL(request.url);
  return loadDeadLetters(context, session.shop, {
    systemId: searchParams.get("system"),
    after: searchParams.get("after"),
  });
}

export async function action({ request, context }: ActionFunctionArgs): Promise<ActionOutcome> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const read = readRequest(await request.formData());
  if (!read.ok) return read;
  return actOnDeadLetters(context, session.shop, `user:${sessionToken.sub}`, read.request);
}

export default function DeadLettersPage() {
  const page = useLoaderData<typeof loader>();
  const [params] = useSearchParams();
  const act = useDeadLetterActions(page.systemId);
  const preview = usePreview(page.systemId);
  const paged = params.has("after");
  const live = useLiveRefresh(!act.busy);
  const steady = useSteadyRows(page.letters, cursorOf, params.toString());
  const nameOf = (id: string) => page.systemNames[id] ?? "A removed system";
  const replayAll = {
    content: `Replay all ${formatCappedCount(page.count, page.capped)}`,
    loading: act.replayingAll,
    disabled: act.busy,
    onClick: act.replayAll,
  };
  return (
    <Page
      heading="Dead letters"
      subheading="Changes that did not get through and need a decision."
      inlineSize="large"
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
      primaryAction={page.count > 0 ? replayAll : undefined}
      secondaryActions={
        page.count > 0 ? [{ content: "Preview replay", onClick: preview.ask }] : undefined
      }
    >
      {act.pageError !== undefined && <Banner tone="critical" heading={act.pageError} />}
      <Replays replays={page.replays} busy={act.busy} onDecide={act.steer} />
      {steady.rows.length > 0 && <Causes letters={steady.rows} total={page.count} />}
      <Issues issues={page.issues} nameOf={nameOf} busy={act.busy} onDecide={act.decideIssue} />
      <Section padding="none">
        {page.views.length > 1 && <ViewTabs label="Dead letters by system" views={page.views} />}
        {steady.rows.length > 0 && (
          <SelectionBar
            steady={steady}
            live={live}
            selected={act.selected.size}
            busy={act.busy}
            onReplay={() => {
              act.replay([...act.selected]);
            }}
            onDiscard={act.askDiscard}
          />
        )}
        <Table
          caption="Dead letters, newest first"
          columns={deadLetterColumns({
            nameOf,
            busy: act.replaying,
            onReplay: (id) => {
              act.replay([id]);
            },
          })}
          rows={steady.rows}
          keyOf={(letter) => letter.id}
          hrefOf={({ fromShop, eventId }) =>
            fromShop === null ? `/app/events/${eventId}` : undefined
          }
          selection={{ selected: act.selected, onChange: act.setSelected, labelOf }}
          empty={<NoDeadLetters filtered={page.systemId !== null || paged} />}
        />
        <Paging
          label="Pages of dead letters"
          first={paged ? hrefOf(page.systemId, null) : null}
          next={page.next === null ? null : hrefOf(page.systemId, page.next)}
        />
      </Section>
      <PreviewModal preview={preview} onReplay={act.replayAll} />
      <DiscardModal
        draft={act.draft}
        busy={act.busy}
        error={act.discardError}
        onChange={act.setDraft}
        onDiscard={act.discard}
      />
    </Page>
  );
}

/** Both kinds have ids that sort by time behind their four letters. */
function cursorOf(letter: { readonly id: string }): string {
  return letter.id.slice("dlv:".length);
}

function hrefOf(system: string | null, after: string | null): string {
  const params = new URLSearchParams();
  if (system !== null) params.set("system", system);
  if (after !== null) params.set("after", after);
  return `/app/dead-letters?${params.toString()}`;
}

function NoDeadLetters({ filtered }: { readonly filtered: boolean }) {
  if (filtered) {
    return (
      <EmptyState
        kind="good"
        heading="Nothing here"
        action={{ content: "View all dead letters", to: "/app/dead-letters" }}
      >
        This system has no dead letters, or somebody dealt with them.
      </EmptyState>
    );
  }
  return (
    <EmptyState kind="good" heading="Nothing in the dead letters">
      Every change got through, or is still being tried.
    </EmptyState>
  );
}
