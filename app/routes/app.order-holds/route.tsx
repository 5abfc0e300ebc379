import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData, useSearchParams } from "@remix-run/react";
import { useState } from "react";
import { requestScopes } from "#app/ui/kit/app-bridge.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import { readOrderHoldRequest } from "./form.ts";
import { HeldOrders } from "./held-orders.tsx";
import { actOnOrderHolds, loadOrderHolds } from "./order-holds.presenter.server.ts";
import { Rules } from "./rules-section.tsx";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const { searchParams } = new URL(request.url);
  return loadOrderHolds(context, session.shop, searchParams.get("after"));
}

export async function action({ request, context }: ActionFunctionArgs): Promise<ActionOutcome> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const read = readOrderHoldRequest(await request.formData());
  if (!read.ok) return read;
  const caller = { shop: session.shop, actor: `user:${sessionToken.sub}` };
  return actOnOrderHolds(context, caller, read.request);
}

export default function OrderHoldsScreen() {
  const page = useLoaderData<typeof loader>();
  const [params] = useSearchParams();
  const fetcher = useFetcher<ActionOutcome>();
  const [allowed, setAllowed] = useState(false);
  const live = useLiveRefresh(fetcher.state === "idle");
  useOutcomeToast(fetcher.data);
  const id = fetcher.formData?.get("id");
  const error = errorOf(fetcher.data, "");
  return (
    <Page
      heading="Order holds"
      subheading="Orders of high value, which are not shipped before your systems have agreed."
      back={{ content: "Inventory", to: "/app/inventory" }}
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
    >
      {page.missingScopes.length > 0 && !allowed && (
        <Banner
          tone={page.rules.length > 0 ? "critical" : "info"}
          heading="Shopify does not let Converge hold orders in this store yet"
          action={{
            content: "Allow it",
            onClick: () => {
              void requestScopes(page.missingScopes).then(setAllowed);
            },
          }}
        >
          Orders that come in before are not held.
        </Banner>
      )}
      {error !== undefined && <Banner tone="critical" heading={error} />}
      <HeldOrders
        page={page}
        paged={params.has("after")}
        note={<UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />}
        busyId={fetcher.state !== "idle" && typeof id === "string" ? id : null}
        onRelease={(holdId) => {
          fetcher.submit({ intent: "release", id: holdId }, { method: "post" });
        }}
      />
      {/* Anew when others saved meanwhile. */}
      <Rules key={JSON.stringify(page.rules)} page={page} />
    </Page>
  );
}
