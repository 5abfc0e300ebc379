import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { SlaBadge } from "#app/ui/kit/badge.tsx";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { MissingPage } from "#app/ui/kit/missing-page.tsx";
import { Columns, Page } from "#app/ui/kit/page.tsx";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { placeWords } from "#app/ui/sla-words.ts";
import { AgeSection } from "./age-section.tsx";
import { BudgetSection } from "./budget-section.tsx";
import { ConsumersSection } from "./consumers-section.tsx";
import {
  changeExclusions,
  forecastSla,
  loadDetail,
  readPlace,
  saveSla,
} from "./detail.presenter.server.ts";
import type { SlaForecast } from "./detail.presenter.server.ts";
import { readExclusionForm } from "./exclusion-form.ts";
import { ExclusionsSection } from "./exclusions-section.tsx";
import { readSlaForm } from "./form.ts";
import { ProofSection } from "./proof-section.tsx";
import { readAgeRange } from "./ranges.ts";
import { SlaForm } from "./sla-form.tsx";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const place = readPlace(params);
  const range = readAgeRange(new URL(request.url).searchParams.get("range"));
  const page = place && (await loadDetail(context, session.shop, place, range));
  if (!page) throw missing();
  return page;
}

export async function action({
  request,
  params,
  context,
}: ActionFunctionArgs): Promise<ActionOutcome | ActionOutcome<SlaForecast>> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const place = readPlace(params);
  if (!place) throw missing();
  const actor = `user:${sessionToken.sub}`;
  const form = await request.formData();
  const exclusion = readExclusionForm(form);
  if (exclusion) return changeExclusions(context, session.shop, actor, place, exclusion);
  const { intent, sla } = readSlaForm(form, place);
  if (intent === "preview") return forecastSla(context, session.shop, place, sla);
  return saveSla(context, session.shop, actor, place, sla);
}

/** What is typed into the form is asked about again and again: the data of the screen stays as it is. */
export function shouldRevalidate(args: {
  readonly formData?: FormData;
  readonly defaultShouldRevalidate: boolean;
}): boolean {
  return args.formData?.get("intent") === "preview" ? false : args.defaultShouldRevalidate;
}

function missing(): Response {
  return new Response("There is no such SLA.", { status: 404 });
}

export default function FreshnessDetailPage() {
  const page = useLoaderData<typeof loader>();
  const live = useLiveRefresh();
  const { detail } = page;
  return (
    <Page
      heading={placeWords(detail)}
      badge={<SlaBadge standing={detail.budget.standing} />}
      back={{ content: "Freshness", to: "/app/freshness" }}
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
    >
      <UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />
      <ProofSection page={page} />
      <AgeSection page={page} />
      <Columns
        main={
          <>
            <BudgetSection detail={detail} />
            <ConsumersSection detail={detail} />
          </>
        }
        side={
          <>
            <SlaForm page={page} />
            <ExclusionsSection page={page} />
          </>
        }
      />
    </Page>
  );
}

export function ErrorBoundary() {
  return (
    <MissingPage
      heading="This SLA is not here"
      back={{ content: "Freshness", to: "/app/freshness" }}
    >
      The system may have been deleted, or it does not take this kind of data.
    </MissingPage>
  );
}
