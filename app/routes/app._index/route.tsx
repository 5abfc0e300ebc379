import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useSearchParams } from "@remix-run/react";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Select } from "#app/ui/kit/fields.tsx";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Inline } from "#app/ui/kit/section.tsx";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { AttentionTable } from "./attention-table.tsx";
import { ExposureLine } from "./exposure-line.tsx";
import { LagChart, OutcomeChart } from "./overview-charts.tsx";
import { dismissGuide, loadOverview } from "./overview.presenter.server.ts";
import type { Notice } from "./notice.ts";
import type { Overview } from "./overview.presenter.server.ts";
import { ranges, readRange } from "./ranges.ts";
import { Setup } from "./setup.tsx";
import { Standing } from "./standing.tsx";
import { Tiles } from "./tiles.tsx";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const range = readRange(new URL(request.url).searchParams.get("range"));
  return loadOverview(context, session.shop, range);
}

/** The only thing to do here is to put the setup guide away. */
export async function action({ request, context }: ActionFunctionArgs): Promise<ActionOutcome> {
  const { session } = await context.shopify.authenticate.admin(request);
  return dismissGuide(context, session.shop);
}

export default function OverviewPage() {
  const overview = useLoaderData<typeof loader>();
  const live = useLiveRefresh();
  return (
    <Page heading="Overview" loadedMs={overview.loadedMs} timeZone={overview.timeZone}>
      {overview.notice && <NoticeBanner notice={overview.notice} />}
      <Inline align="between">
        <RangeSelect range={overview.range} />
        <UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />
      </Inline>
      <Setup facts={overview.setup} />
      <Tiles overview={overview} />
      <Standing overview={overview} />
      <ExposureLine exposure={overview.exposure} />
      <AttentionTable items={overview.attention} />
      <LagChart overview={overview} />
      <OutcomeChart overview={overview} />
    </Page>
  );
}

function RangeSelect({ range }: { readonly range: Overview["range"] }) {
  const [, setParams] = useSearchParams();
  return (
    <Select
      label="Time range"
      labelHidden
      value={range}
      options={Object.entries(ranges).map(([value, { label }]) => ({ value, label }))}
      onChange={(value) => {
        setParams(
          (params) => {
            params.set("range", value);
            return params;
          },
          { preventScrollReset: true },
        );
      }}
    />
  );
}

function NoticeBanner({ notice }: { readonly notice: Notice }) {
  if (notice.kind === "alert") {
    const { summary, advice, place } = notice.alert;
    return (
      <Banner tone="critical" heading={summary} action={place}>
        {advice}
      </Banner>
    );
  }
  if (notice.kind === "reconnect") {
    return (
      <Banner tone="critical" heading="Converge lost its access to your store">
        Changes are still received. Reload this page to give access again; what waited is then
        caught up on.
      </Banner>
    );
  }
  return (
    <Banner
      tone="critical"
      heading={`Nothing is sent to ${notice.name}`}
      action={{ content: "View system", to: `/app/systems/${notice.id}` }}
    >
      The system was switched off. Its changes are kept and wait until you resume it.
    </Banner>
  );
}
