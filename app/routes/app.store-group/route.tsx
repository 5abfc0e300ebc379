import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Page } from "#app/ui/kit/page.tsx";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { BeginOrJoin } from "./begin-section.tsx";
import { Buffers } from "./buffers-section.tsx";
import { readGroupRequest } from "./form.ts";
import { actOnGroup, type GroupNews, loadGroup } from "./group.presenter.server.ts";
import { Links } from "./links-section.tsx";
import { GroupRules } from "./rules-section.tsx";
import { SharedChanges } from "./sharing-section.tsx";
import { Members } from "./members-section.tsx";
import { PoolLocations } from "./pool-locations-section.tsx";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  return loadGroup(context, session.shop);
}

export async function action({
  request,
  context,
}: ActionFunctionArgs): Promise<ActionOutcome<GroupNews>> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const read = readGroupRequest(await request.formData());
  if (!read.ok) return read;
  const caller = { shop: session.shop, actor: `user:${sessionToken.sub}` };
  return actOnGroup(context, caller, read.request);
}

export default function StoreGroupScreen() {
  const page = useLoaderData<typeof loader>();
  const { group } = page;
  return (
    <Page
      heading={group === null ? "Share stock" : group.name}
      subheading="Stores of a group show one quantity of each article: what one sells, the others do not sell again."
      back={{ content: "Inventory", to: "/app/inventory" }}
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
    >
      {group === null ? (
        <BeginOrJoin />
      ) : (
        <>
          <Members page={page} />
          <PoolLocations key={JSON.stringify(page.place?.poolLocations)} place={page.place} />
          <SharedChanges key={JSON.stringify(page.sharers)} page={page} />
          <GroupRules key={JSON.stringify(page.ownership)} page={page} />
          <Links doubts={page.doubts} />
          <Buffers
            saved={page.buffers}
            choices={{
              shop: page.shop,
              shops: group.shops,
              locations: page.place?.locations ?? null,
              collections: page.collections,
            }}
          />
        </>
      )}
    </Page>
  );
}
