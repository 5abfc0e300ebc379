import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useSearchParams } from "@remix-run/react";
import { Select } from "#app/ui/kit/fields.tsx";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Inline } from "#app/ui/kit/section.tsx";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { readSubscriptionRequest } from "./form.ts";
import { loadWebhookHealth } from "./health.presenter.server.ts";
import { CostSection, MeaningSection, PassesSection } from "./poll-sections.tsx";
import { healthRanges, readHealthRange } from "./ranges.ts";
import { SilenceBanner, SubscriptionsSection } from "./subscriptions-section.tsx";
import { TransportsSection } from "./transports-section.tsx";
import { actOnSubscriptions } from "./subscriptions.presenter.server.ts";
import { MissedSection, TopicsSection, TrendSection } from "./webhook-sections.tsx";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const range = readHealthRange(new URL(request.url).searchParams.get("range"));
  return loadWebhookHealth(context, session.shop, range);
}

export async function action({ request, context }: ActionFunctionArgs): Promise<ActionOutcome> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const read = readSubscriptionRequest(await request.formData());
  if (!read.ok) return read;
  return actOnSubscriptions(context, session.shop, `user:${sessionToken.sub}`, read.request);
}

export default function WebhookHealthPage() {
  const health = useLoaderData<typeof loader>();
  const live = useLiveRefresh();
  return (
    <Page
      heading="Webhook health"
      subheading="What Shopify tells Converge, what it does not, and how that is found."
      inlineSize="large"
      loadedMs={health.loadedMs}
      timeZone={health.timeZone}
    >
      <SilenceBanner rows={health.subscriptions.rows} />
      <Inline align="between">
        <RangeSelect range={health.range} />
        <UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />
      </Inline>
      <SubscriptionsSection {...health.subscriptions} />
      <TransportsSection transports={health.subscriptions.transports} />
      <TopicsSection health={health} />
      <TrendSection health={health} />
      <MissedSection health={health} />
      <CostSection health={health} />
      <PassesSection health={health} />
      <MeaningSection />
    </Page>
  );
}

function RangeSelect({ range }: { readonly range: keyof typeof healthRanges }) {
  const [, setParams] = useSearchParams();
  return (
    <Select
      label="Time range"
      labelHidden
      value={range}
      options={Object.entries(healthRanges).map(([value, { label }]) => ({ value, label }))}
      onChange={(value) => {
        setParams({ range: value }, { preventScrollReset: true });
      }}
    />
  );
}
