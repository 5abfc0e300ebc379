import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { useState } from "react";
import type { Action } from "#app/ui/kit/button.tsx";
import { useLiveRefresh } from "#app/ui/kit/live.tsx";
import { MissingPage } from "#app/ui/kit/missing-page.tsx";
import { Columns, Page } from "#app/ui/kit/page.tsx";
import { useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { disconnectSystem } from "#app/connections/index.server.ts";
import type { SystemView } from "#app/systems/types.ts";
import { kindWords } from "#app/ui/words.ts";
import { DeleteModal } from "./delete-modal.tsx";
import { Deliveries } from "./deliveries.tsx";
import { HealthSection } from "./health-section.tsx";
import { StatusBanner, SystemBadges, TestResultBanner } from "./status-banner.tsx";
import { NewSecret, RotateModal } from "./rotate-secret.tsx";
import { SystemSide } from "./system-side.tsx";
import { readSystemRequest } from "./form.ts";
import { RecoverModal, useRecovery } from "./recover-modal.tsx";
import { actOnSystem, loadSystem, recoverMissed } from "./system.presenter.server.ts";
import type { Recovered, Rotated, Tested } from "./system.presenter.server.ts";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const { searchParams } = new URL(request.url);
  const page = await loadSystem(context, session.shop, params["id"] ?? "", searchParams);
  if (!page) throw missing();
  return page;
}

export async function action({
  request,
  params,
  context,
}: ActionFunctionArgs): Promise<ActionOutcome<Tested & Recovered & Rotated>> {
  const { session, sessionToken, redirect } = await context.shopify.authenticate.admin(request);
  const id = params["id"] ?? "";
  const actor = `user:${sessionToken.sub}`;
  const read = readSystemRequest(await request.formData());
  if (!read.ok) return read;
  const { request: wanted } = read;
  if (wanted.intent === "delete") {
    if (!(await disconnectSystem(context, session.shop, actor, id))) throw missing();
    throw redirect("/app/systems");
  }
  const outcome =
    wanted.intent === "recover"
      ? await recoverMissed(context, session.shop, actor, id, wanted)
      : await actOnSystem(context, session.shop, actor, id, wanted.intent);
  if (!outcome) throw missing();
  return outcome;
}

function missing(): Response {
  return new Response("There is no such system.", { status: 404 });
}

export default function SystemPage() {
  const page = useLoaderData<typeof loader>();
  const { system } = page;
  const live = useLiveRefresh();
  const fetcher = useFetcher<typeof action>();
  const [asking, setAsking] = useState<Question | null>(null);
  const recovery = useRecovery();
  useOutcomeToast(fetcher.data);
  const doing = fetcher.state === "idle" ? null : fetcher.formData?.get("intent");
  const act = (intent: string) => {
    fetcher.submit({ intent }, { method: "post" });
  };
  const { test, others, resume } = actionsOn(system, { act, doing, ask: setAsking });
  const recover: Action = { content: "Recover missed changes", onClick: recovery.show };
  return (
    <Page
      heading={system.name}
      subheading={kindWords[system.kind]}
      badge={<SystemBadges system={system} state={page.state} />}
      back={{ content: "Systems", to: "/app/systems" }}
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
      primaryAction={test}
      secondaryActions={[...others, recover]}
    >
      <StatusBanner system={system} outcome={fetcher.data} onResume={resume} />
      <TestResultBanner outcome={fetcher.data} />
      <NewSecret name={system.name} outcome={fetcher.data} />
      <Columns
        main={
          <>
            <HealthSection day={page.day} dead={page.dead} systemId={system.id} live={live} />
            <Deliveries systemId={system.id} page={page} />
          </>
        }
        side={<SystemSide system={system} nowMs={page.loadedMs} />}
      />
      <RecoverModal name={system.name} recovery={recovery} />
      <RotateModal
        name={system.name}
        open={asking === "rotate"}
        onHide={() => {
          setAsking(null);
        }}
        onRotate={() => {
          setAsking(null);
          act("rotate");
        }}
      />
      <DeleteModal
        name={system.name}
        waiting={page.day?.waiting ?? 0}
        open={asking === "delete"}
        busy={doing === "delete"}
        onHide={() => {
          setAsking(null);
        }}
        onDelete={() => {
          act("delete");
        }}
      />
    </Page>
  );
}

type Question = "delete" | "rotate";

/** What a person can do with a system, beside recovering what it missed. */
function actionsOn(
  system: SystemView,
  page: {
    readonly act: (intent: string) => void;
    readonly ask: (question: Question) => void;
    readonly doing: FormDataEntryValue | null | undefined;
  },
): { test: Action; others: Action[]; resume: () => void } {
  const { doing } = page;
  const button = (content: string, intent: string): Action => ({
    content,
    loading: doing === intent,
    disabled: doing !== null,
    onClick: () => {
      page.act(intent);
    },
  });
  const question = (content: string, asked: Question): Action => ({
    content,
    disabled: doing !== null,
    onClick: () => {
      page.ask(asked);
    },
  });
  return {
    test: button("Send test event", "test"),
    others: [
      { content: "Edit", to: `/app/systems/${system.id}/edit` },
      system.status === "active" ? button("Pause", "pause") : button("Resume", "resume"),
      question("Change signing secret", "rotate"),
      { ...question("Delete", "delete"), tone: "critical" },
    ],
    resume: () => {
      page.act("resume");
    },
  };
}

export function ErrorBoundary() {
  return (
    <MissingPage
      heading="This system is not here"
      back={{ content: "Systems", to: "/app/systems" }}
    >
      It may have been deleted, or it belongs to another store.
    </MissingPage>
  );
}
