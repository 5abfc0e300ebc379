import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData, useSearchParams } from "@remix-run/react";
import { useState } from "react";
import type { LinkView } from "#app/coordination/types.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import { type ChoiceDraft, ChooseModal, noChoice } from "./choose-modal.tsx";
import { readLinkRequest, readLinkState } from "./form.ts";
import { actOnLinks, type LinkNews, loadLinks } from "./links.presenter.server.ts";
import { LinksList } from "./links-list.tsx";
import { UnlinkModal } from "./unlink-modal.tsx";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const { searchParams } = new URL(request.url);
  return loadLinks(context, session.shop, {
    state: readLinkState(searchParams.get("state")),
    search: searchParams.get("sku")?.trim() ?? "",
    after: searchParams.get("after"),
  });
}

export async function action({
  request,
  context,
}: ActionFunctionArgs): Promise<ActionOutcome<LinkNews>> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const read = readLinkRequest(await request.formData());
  if (!read.ok) return read;
  const caller = { shop: session.shop, actor: `user:${sessionToken.sub}` };
  return actOnLinks(context, caller, read.request);
}

export default function LinksScreen() {
  const page = useLoaderData<typeof loader>();
  const [params] = useSearchParams();
  const fetcher = useFetcher<ActionOutcome<LinkNews>>();
  const [choice, setChoice] = useState<ChoiceDraft>(noChoice);
  const [unlinking, setUnlinking] = useState<LinkView | null>(null);
  const busy = fetcher.state !== "idle";
  const live = useLiveRefresh(!busy && choice.row === null && unlinking === null);
  const { data } = fetcher;
  const found = data?.ok === true ? (data.found ?? []) : [];
  useOutcomeToast(data, () => {
    if (data?.ok === true && data.found !== undefined) return;
    setChoice(noChoice);
    setUnlinking(null);
  });
  const send = (fields: Record<string, string>) => {
    fetcher.submit(fields, { method: "post" });
  };
  const tie = ({ poolId }: LinkView, itemId: string) => {
    send({ intent: "tie", poolId, itemId });
  };
  const error = errorOf(data, "");
  return (
    <Page
      heading="Linked articles"
      subheading="Which of this store's articles shows which stock of the group. SKU and barcode decide; where they do not, you do."
      inlineSize="large"
      back={{ content: "Stores and buffers", to: "/app/store-group" }}
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
    >
      {error !== undefined && choice.row === null && unlinking === null && (
        <Banner tone="critical" heading={error} />
      )}
      <LinksList
        page={page}
        paged={params.has("after")}
        live={live}
        actions={{
          busy,
          onTie: tie,
          onUnlink: setUnlinking,
          onRule: ({ poolId }) => {
            send({ intent: "rule", poolId });
          },
          onChoose: (row) => {
            setChoice({ ...noChoice, row, text: row.article?.sku ?? "" });
          },
        }}
      />
      <ChooseModal
        draft={choice}
        found={found}
        busy={busy}
        error={choice.row === null ? undefined : (errorOf(data, "text") ?? error)}
        onChange={setChoice}
        onFind={() => {
          setChoice({ ...choice, asked: choice.text, itemId: null });
          send({ intent: "find", poolId: choice.row?.poolId ?? "", text: choice.text });
        }}
        onTie={tie}
      />
      <UnlinkModal
        row={unlinking}
        busy={busy}
        error={unlinking === null ? undefined : error}
        onHide={() => {
          setUnlinking(null);
        }}
        onUnlink={({ poolId }) => {
          send({ intent: "apart", poolId });
        }}
      />
    </Page>
  );
}
