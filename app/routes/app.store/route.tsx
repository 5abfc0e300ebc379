import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { countOf } from "#app/ui/format/number.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import { Banner } from "#app/ui/kit/banner.tsx";
import { CopyableId } from "#app/ui/kit/copyable.tsx";
import { Link } from "#app/ui/kit/link.tsx";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Columns, Page } from "#app/ui/kit/page.tsx";
import { Facts, Section } from "#app/ui/kit/section.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { Moment, RelativeTime } from "#app/ui/kit/time.tsx";
import { connectionWords } from "#app/ui/words.ts";
import { ApiBudget } from "./api-budget.tsx";
import type { Permission } from "./permissions.ts";
import { loadStore, type StorePage } from "./store.presenter.server.ts";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  return loadStore(context, session.shop);
}

export default function StoreScreen() {
  const page = useLoaderData<typeof loader>();
  const live = useLiveRefresh();
  const { word, tone, meaning } = connectionWords[page.state];
  return (
    <Page
      heading="Store"
      subheading={page.view?.name ?? page.shop}
      badge={
        <span title={meaning}>
          <Badge tone={tone}>{word}</Badge>
        </span>
      }
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
    >
      <StateBanner page={page} />
      <UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />
      <Columns
        main={
          <>
            <ApiBudget budget={page.connection.budget} />
            <Permissions permissions={page.permissions} />
          </>
        }
        side={<ConnectionFacts page={page} />}
      />
    </Page>
  );
}

/** At most one, the worst first. */
function StateBanner({ page }: { readonly page: StorePage }) {
  if (page.state === "reconnect") {
    return (
      <Banner tone="critical" heading="Shopify no longer lets Converge in to your store">
        Changes are still received, and everything that has to be asked of Shopify waits. Reload
        this page to give access again; what waited then goes on by itself.
      </Banner>
    );
  }
  const missing = page.permissions.filter(({ granted }) => !granted);
  if (missing.length > 0) {
    return (
      <Banner
        tone="caution"
        heading={`${countOf(missing.length, "permission is", "permissions are")} missing`}
        action={{ content: "View ownership", to: "/app/ownership" }}
      >
        {`Until you allow it, Converge does not ${missing.map(useInSentence).join("; ")}. Allow it beside the data it is about.`}
      </Banner>
    );
  }
  if (page.state !== "throttled") return null;
  return (
    <Banner tone="info" heading="Shopify is limiting requests">
      Nothing is lost: what is urgent goes first, and the rest continues at a lower speed.
    </Banner>
  );
}

function useInSentence({ use }: Permission): string {
  return use.charAt(0).toLowerCase() + use.slice(1);
}

const columns: readonly Column<Permission>[] = [
  { key: "use", heading: "Converge may", cell: ({ use }) => use },
  {
    key: "scope",
    heading: "Shopify calls it",
    cell: ({ scope }) => <code>{scope}</code>,
  },
  {
    key: "granted",
    heading: "Allowed",
    align: "end",
    cell: ({ granted }) => (
      <Badge tone={granted ? "success" : "caution"}>{granted ? "Granted" : "Missing"}</Badge>
    ),
  },
];

function Permissions({ permissions }: { readonly permissions: readonly Permission[] }) {
  return (
    <Section
      heading="Permissions"
      padding="none"
      description={
        <>
          What your store lets Converge do. More is asked for only where a connected system owns the
          data: see <Link to="/app/ownership">Ownership</Link>.
        </>
      }
    >
      <Table
        caption="Permissions in Shopify"
        columns={columns}
        rows={permissions}
        keyOf={({ scope }) => scope}
        empty={null}
      />
    </Section>
  );
}

function ConnectionFacts({ page }: { readonly page: StorePage }) {
  const { view, lastWebhookAt } = page;
  const { tokens, budget, apiVersion } = page.connection;
  return (
    <Section heading="Connection">
      <Facts
        items={[
          { term: "Store", value: <CopyableId value={page.shop} label="store" whole /> },
          { term: "Shopify plan", value: view?.plan ?? "Not read yet" },
          { term: "Installed", value: <Ago at={view?.installedAt} never="–" /> },
          {
            term: "Last message from Shopify",
            value: <Ago at={lastWebhookAt} never="None yet" />,
          },
          {
            term: "Last answer from Shopify",
            value: <Ago at={budget?.answeredAt} never="None yet" />,
          },
          { term: "Access", value: <Access tokens={tokens} /> },
          {
            term: "Can be renewed until",
            value: tokens?.renewableUntil == null ? "–" : <Moment at={tokens.renewableUntil} />,
          },
          { term: "API version", value: apiVersion },
          {
            term: "Customers’ data",
            value: <Link to="/app/privacy">Requests and retention</Link>,
          },
        ]}
      />
    </Section>
  );
}

function Access({ tokens }: { readonly tokens: StorePage["connection"]["tokens"] }) {
  if (tokens === null) return "None: it is given when you open Converge";
  if (tokens.accessUntil === null) return "Does not expire";
  return (
    <>
      Until <Moment at={tokens.accessUntil} />, renewed by itself
    </>
  );
}

function Ago(props: { readonly at: string | null | undefined; readonly never: string }) {
  return props.at == null ? props.never : <RelativeTime at={props.at} />;
}
