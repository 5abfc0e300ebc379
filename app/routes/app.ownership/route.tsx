import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { useState } from "react";
import type { OwnershipRule } from "#app/ownership/types.ts";
import { requestScopes } from "#app/ui/kit/app-bridge.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Section, Stack } from "#app/ui/kit/section.tsx";
import { errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { readRulesForm, rulesFields } from "./form.ts";
import { actOnRules, loadOwnership } from "./ownership.presenter.server.ts";
import type { OwnershipScreen, RulesPreviewed } from "./ownership.presenter.server.ts";
import type { GroupsWord } from "./origin.ts";
import { RuleRow } from "./rule-row.tsx";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  return loadOwnership(context, session.shop);
}

export async function action({
  request,
  context,
}: ActionFunctionArgs): Promise<ActionOutcome<RulesPreviewed>> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const wanted = readRulesForm(await request.formData());
  return actOnRules(context, session.shop, `user:${sessionToken.sub}`, wanted);
}

export default function OwnershipPage() {
  const page = useLoaderData<typeof loader>();
  const fetcher = useFetcher<ActionOutcome<RulesPreviewed>>();
  const [allowed, setAllowed] = useState<readonly string[]>([]);
  const [edited, setEdited] = useState<readonly OwnershipRule[] | null>(null);
  const rules: readonly OwnershipRule[] = edited ?? page.rules;
  const { data } = fetcher;
  useOutcomeToast(data, () => {
    // A preview leaves what is being edited as it is.
    if (!previewOf(data)) setEdited(null);
  });
  const doing = fetcher.state === "idle" ? null : fetcher.formData?.get("intent");
  const send = (intent: string) => {
    fetcher.submit({ intent, ...rulesFields(rules) }, { method: "post" });
  };
  const shown = previewOf(data);
  const error = errorOf(data, "items");
  return (
    <Page
      heading="Ownership"
      subheading="One owner for each kind of data. Everybody else follows, and nobody overwrites it unseen."
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
      primaryAction={{
        content: "Save",
        loading: doing === "save",
        disabled: edited === null || doing !== null,
        onClick: () => {
          send("save");
        },
      }}
      secondaryActions={[
        {
          content: "Preview",
          loading: doing === "preview",
          disabled: doing !== null,
          onClick: () => {
            send("preview");
          },
        },
      ]}
    >
      {error !== undefined && <Banner tone="critical" heading={error} />}
      {data?.ok === false && error === undefined && (
        <Banner tone="critical" heading="Nothing was saved. See what is wrong below." />
      )}
      <Section>
        <Stack gap={5}>
          {rules.map((rule, index) => (
            <RuleRow
              key={rule.domain}
              rule={rule}
              from={page.rules.find((saved) => saved === rule)?.from}
              group={groupsWord(page.group, rule.domain)}
              systems={page.systems}
              scopes={[...page.scopes, ...allowed]}
              onAllow={async (scope) => {
                if (await requestScopes([scope])) setAllowed((before) => [...before, scope]);
              }}
              preview={shown?.find((item) => item.domain === rule.domain)}
              errorOf={(field) => errorOf(data, `items[${String(index)}].${field}`)}
              onChange={(changed) => {
                setEdited(rules.map((item) => (item.domain === changed.domain ? changed : item)));
              }}
            />
          ))}
        </Stack>
      </Section>
    </Page>
  );
}

/** What the store's group says of a kind of data; undefined: nothing, or the store is in none. */
function groupsWord(
  group: OwnershipScreen["group"],
  domain: OwnershipRule["domain"],
): GroupsWord | undefined {
  const rule = group?.rules.find((one) => one.domain === domain);
  if (group === null || rule === undefined) return undefined;
  return { name: group.name, rule, owner: group.names[rule.owner] ?? "A removed system" };
}

function previewOf(outcome: ActionOutcome<RulesPreviewed> | undefined) {
  return outcome?.ok === true ? outcome.preview : undefined;
}
