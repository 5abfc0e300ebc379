import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { formOf, readSystemForm } from "#app/routes/app.systems.new/form.ts";
import { SystemForm } from "#app/routes/app.systems.new/system-form.tsx";
import { getShop } from "#app/shops/index.server.ts";
import { getSystem, noOptions, updateSystem } from "#app/systems/index.server.ts";
import { MissingPage } from "#app/ui/kit/missing-page.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const [view, system] = await Promise.all([
    getShop(context.db, session.shop),
    getSystem(context.db, session.shop, params["id"] ?? ""),
  ]);
  if (!system) throw missing();
  return {
    loadedMs: context.clock.now(),
    timeZone: view?.timeZone ?? null,
    privateAllowed: context.config.allowPrivateDestinations,
    system,
  };
}

export async function action({
  request,
  params,
  context,
}: ActionFunctionArgs): Promise<ActionOutcome> {
  const { session, sessionToken, redirect } = await context.shopify.authenticate.admin(request);
  const id = params["id"] ?? "";
  const wanted = readSystemForm(await request.formData());
  const policy = { ...noOptions, ...(wanted["deliveryPolicy"] as object) };
  const changed = await updateSystem(
    context,
    session.shop,
    `user:${sessionToken.sub}`,
    id,
    { ...wanted, deliveryPolicy: policy },
    { allowPrivate: context.config.allowPrivateDestinations },
  );
  if (!changed) throw missing();
  if (!changed.ok) return changed;
  throw redirect(`/app/systems/${id}`);
}

function missing(): Response {
  return new Response("There is no such system.", { status: 404 });
}

export default function EditSystemPage() {
  const { loadedMs, timeZone, privateAllowed, system } = useLoaderData<typeof loader>();
  const back = `/app/systems/${system.id}`;
  return (
    <Page
      heading={`Edit ${system.name}`}
      back={{ content: system.name, to: back }}
      inlineSize="small"
      loadedMs={loadedMs}
      timeZone={timeZone}
    >
      <SystemForm
        start={formOf(system)}
        outcome={useActionData<typeof action>()}
        privateAllowed={privateAllowed}
        back={back}
        submitWord="Save"
      />
    </Page>
  );
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
