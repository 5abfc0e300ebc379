import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { Page } from "#app/ui/kit/page.tsx";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { useOutcomeToast } from "#app/ui/kit/toast.ts";
import { getShop } from "#app/shops/index.server.ts";
import { connectSystem } from "#app/connections/index.server.ts";
import { parseNewSystem } from "#app/systems/index.server.ts";
import { emptyForm, readSystemForm } from "./form.ts";
import { SystemForm } from "./system-form.tsx";
import { SecretOnce } from "./secret-once.tsx";

/** A system that was just connected, with the secrets that are shown this once. */
export interface Connected {
  readonly system: { readonly id: string; readonly name: string };
  readonly signingSecret: string;
  readonly apiKey: string;
}

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const view = await getShop(context.db, session.shop);
  return {
    loadedMs: context.clock.now(),
    timeZone: view?.timeZone ?? null,
    privateAllowed: context.config.allowPrivateDestinations,
  };
}

export async function action({
  request,
  context,
}: ActionFunctionArgs): Promise<ActionOutcome<Connected>> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const form = await request.formData();
  const parsed = parseNewSystem(readSystemForm(form), {
    allowPrivate: context.config.allowPrivateDestinations,
  });
  if (!parsed.ok) return parsed;
  const actor = `user:${sessionToken.sub}`;
  const made = await connectSystem(context, session.shop, actor, parsed.value, {
    backfill: form.get("backfill") === "true" ? context.queue : undefined,
  });
  const { system, signingSecret, apiKey } = made;
  return {
    ok: true,
    toast: "System connected",
    system: { id: system.id, name: system.name },
    signingSecret,
    apiKey,
  };
}

export default function NewSystemPage() {
  const { loadedMs, timeZone, privateAllowed } = useLoaderData<typeof loader>();
  const outcome = useActionData<typeof action>();
  useOutcomeToast(outcome);
  const connected = outcome?.ok === true ? outcome : null;
  return (
    <Page
      heading={connected ? `${connected.system.name} is connected` : "Connect system"}
      back={{ content: "Systems", to: "/app/systems" }}
      inlineSize="small"
      loadedMs={loadedMs}
      timeZone={timeZone}
    >
      {connected ? (
        <SecretOnce connected={connected} />
      ) : (
        <SystemForm
          start={emptyForm}
          outcome={outcome}
          privateAllowed={privateAllowed}
          back="/app/systems"
          submitWord="Connect system"
          offerBackfill
        />
      )}
    </Page>
  );
}
