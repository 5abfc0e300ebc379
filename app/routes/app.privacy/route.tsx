import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { countOf } from "#app/ui/format/number.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Facts, Section } from "#app/ui/kit/section.tsx";
import { saveFile } from "#app/ui/kit/save-file.ts";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import { readExportRequest } from "./form.ts";
import {
  exportFor,
  type Exported,
  loadPrivacy,
  type PrivacyPage,
} from "./privacy.presenter.server.ts";
import { EraseSection, ShowSection } from "./requests-section.tsx";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  return loadPrivacy(context, session.shop);
}

export async function action({
  request,
  context,
}: ActionFunctionArgs): Promise<ActionOutcome<Exported>> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const read = readExportRequest(await request.formData());
  if (!read.ok) return read;
  return exportFor(context, session.shop, `user:${sessionToken.sub}`, read.id);
}

export default function PrivacyScreen() {
  const page = useLoaderData<typeof loader>();
  const fetcher = useFetcher<ActionOutcome<Exported>>();
  const { data } = fetcher;
  useOutcomeToast(data, () => {
    if (data?.ok === true && data.file) saveFile(data.file);
  });
  const error = errorOf(data, "");
  return (
    <Page
      heading="Privacy"
      subheading="What customers and the law ask for, and how long anything is kept."
      back={{ content: "Store", to: "/app/store" }}
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
    >
      {error !== undefined && <Banner tone="critical" heading={error} />}
      <ShowSection
        page={page}
        exporting={fetcher.state === "idle" ? null : (fetcher.formData?.get("id") ?? null)}
        onExport={(id) => {
          fetcher.submit({ intent: "export", id }, { method: "post" });
        }}
      />
      <EraseSection page={page} />
      <RetentionSection days={page.days} />
    </Page>
  );
}

function RetentionSection({ days }: { readonly days: PrivacyPage["days"] }) {
  const kept = (count: number) =>
    count % 365 === 0 ? countOf(count / 365, "year") : countOf(count, "day");
  return (
    <Section
      heading="How long anything is kept"
      description="What is older is deleted within the hour. Customers' data is encrypted as long as it is kept."
    >
      <Facts
        items={[
          { term: "What Shopify and systems sent, word for word", value: kept(days.bodies) },
          { term: "That it came, what became of it, deliveries, writes", value: kept(days.events) },
          { term: "Figures behind the charts (no customers’ data)", value: kept(days.figures) },
          { term: "These requests, after they were answered", value: kept(days.requests) },
          { term: "Who did what in Converge", value: kept(days.audit) },
          {
            term: "Everything, after Converge is uninstalled",
            value: "48 hours: Shopify then asks to erase the store",
          },
        ]}
      />
    </Section>
  );
}
