import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData, useSearchParams } from "@remix-run/react";
import { useState } from "react";
import { defaultPoolLocation } from "#app/coordination/types.ts";
import { formatCount, formatSpan } from "#app/ui/format/number.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Figure, Metrics } from "#app/ui/kit/metric.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import { bySellers } from "#app/ui/stock-words.ts";
import { nameOfPlace } from "../app.inventory._index/pool-location-column.tsx";
import { CountModal } from "./count-modal.tsx";
import { type CountNews, takeCount } from "./counting.server.ts";
import { actOnHolds, type ArticlePage, loadArticle } from "./article.presenter.server.ts";
import { readHoldRequest } from "./form.ts";
import { fieldsOf, HoldModal, noHold } from "./hold-modal.tsx";
import { Holds } from "./holds.tsx";
import { SalesByStore } from "./sales-section.tsx";
import { Ledger, Stores } from "./sections.tsx";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const before = Number(new URL(request.url).searchParams.get("before"));
  const from = Number.isSafeInteger(before) && before > 0 ? before : null;
  const page = await loadArticle(context, session.shop, params["id"] ?? "", from);
  if (page === null) throw missing();
  return page;
}

export async function action({
  request,
  params,
  context,
}: ActionFunctionArgs): Promise<ActionOutcome | ActionOutcome<CountNews>> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const form = await request.formData();
  if (form.get("intent") === "count") {
    const caller = { shop: session.shop, actor: `user:${sessionToken.sub}` };
    return takeCount(context, caller, form);
  }
  const read = readHoldRequest(form);
  if (!read.ok) return read;
  const outcome = await actOnHolds(context, session.shop, params["id"] ?? "", read.request);
  if (outcome === null) throw missing();
  return outcome;
}

function missing(): Response {
  return new Response("There is no such article.", { status: 404 });
}

export default function ArticleScreen() {
  const page = useLoaderData<typeof loader>();
  const [params] = useSearchParams();
  const fetcher = useFetcher<ActionOutcome>();
  const [draft, setDraft] = useState(noHold);
  const [counting, setCounting] = useState(false);
  const live = useLiveRefresh(fetcher.state === "idle" && !draft.open && !counting);
  useOutcomeToast(fetcher.data, () => {
    setDraft(noHold);
  });
  const busy = fetcher.state !== "idle";
  const id = fetcher.formData?.get("id");
  const error = errorOf(fetcher.data, "");
  const { sku, poolLocationId } = page.pool;
  const place = nameOfPlace(page.poolLocations, poolLocationId);
  return (
    <Page
      heading={sku}
      subheading={
        page.pool.shared
          ? `Shared by the stores of your group${place === null ? "" : ` at ${place}`}.`
          : "As your store has it in Shopify."
      }
      back={{ content: "Inventory", to: "/app/inventory" }}
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
      primaryAction={{
        content: "Hold units",
        onClick: () => {
          setDraft({ ...noHold, open: true });
        },
      }}
      secondaryActions={
        page.pool.shared
          ? [
              {
                content: "Count by hand",
                onClick: () => {
                  setCounting(true);
                },
              },
            ]
          : []
      }
    >
      {error !== undefined && <Banner tone="critical" heading={error} />}
      <UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />
      <Figures page={page} />
      <Stores page={page} />
      {page.pool.shared && <SalesByStore page={page} />}
      <Holds
        page={page}
        busyId={busy ? (typeof id === "string" ? id : "") : null}
        onAct={(intent, holdId) => {
          fetcher.submit({ intent, id: holdId }, { method: "post" });
        }}
      />
      <Ledger page={page} paged={params.has("before")} />
      {counting && (
        <CountModal
          article={{ sku, poolLocationId: poolLocationId ?? defaultPoolLocation }}
          poolLocations={page.poolLocations}
          onHide={() => {
            setCounting(false);
          }}
        />
      )}
      <HoldModal
        page={page}
        draft={draft}
        busy={busy}
        outcome={fetcher.data}
        onChange={setDraft}
        onHold={() => {
          fetcher.submit({ intent: "hold", ...fieldsOf(draft, page) }, { method: "post" });
        }}
      />
    </Page>
  );
}

function Figures({ page }: { readonly page: ArticlePage }) {
  const { quantity, held } = page.pool;
  const buffers = bySellers(page.pool, ({ buffer }) => buffer);
  const sellable = bySellers(page.pool, (of) => of.sellable);
  const differ = new Set(buffers).size > 1;
  return (
    <Section>
      <Metrics>
        <Figure heading="In the pool" value={formatCount(quantity)} note="held units included" />
        <Figure heading="Held" value={formatCount(held)} note="promised to somebody" />
        <Figure
          heading="Buffer"
          value={formatSpan(buffers)}
          note={differ ? "differs by store" : "shown by no store"}
        />
        <Figure
          heading="Sellable"
          value={formatSpan(sellable)}
          note={differ ? "differs by store" : "what every store shows"}
          tone={sellable.includes(0) ? "caution" : "neutral"}
        />
      </Metrics>
    </Section>
  );
}
