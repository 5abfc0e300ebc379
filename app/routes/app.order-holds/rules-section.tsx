import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { Inline, Paragraph, Section, Stack } from "#app/ui/kit/section.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { OrderRuleDraft } from "./form.ts";
import type { OrderHoldsPage } from "./order-holds.presenter.server.ts";
import { RuleFields } from "./rule-fields.tsx";

/** Which orders are of high value; saved all at once. */
export function Rules({ page }: { readonly page: OrderHoldsPage }) {
  const { rules: saved, systems } = page;
  const fetcher = useFetcher<ActionOutcome>();
  const [drafts, setDrafts] = useState<readonly OrderRuleDraft[]>(saved);
  const { data } = fetcher;
  useOutcomeToast(data);
  const general = errorOf(data, "items") ?? errorOf(data, "");
  return (
    <Section
      heading="Rules"
      description="An order that meets a rule is put on hold in Shopify and every chosen system is asked. When all have agreed it is released; when one refuses it stays until you release it. Orders placed before a rule was saved are left alone."
    >
      <Stack gap={5}>
        {general !== undefined && <Banner tone="critical" heading={general} />}
        {systems.length === 0 && (
          <Banner
            tone="info"
            heading="Connect a system first"
            action={{ content: "Connect a system", to: "/app/systems/new" }}
          >
            Somebody has to agree before an order is shipped.
          </Banner>
        )}
        {drafts.length === 0 && (
          <Paragraph tone="subdued">No rule yet: every order may be shipped at once.</Paragraph>
        )}
        {drafts.map((draft, index) => (
          <RuleFields
            key={index}
            draft={draft}
            systems={systems}
            outcome={data}
            at={`items.${String(index)}`}
            onChange={(next) => {
              setDrafts(drafts.with(index, next));
            }}
            onRemove={() => {
              setDrafts(drafts.toSpliced(index, 1));
            }}
          />
        ))}
        <Inline align="between">
          <Button
            disabled={systems.length === 0}
            onClick={() => {
              setDrafts([...drafts, newRule(page, drafts.length === 0)]);
            }}
          >
            Add rule
          </Button>
          <Button
            variant="primary"
            disabled={JSON.stringify(drafts) === JSON.stringify(saved)}
            loading={fetcher.state !== "idle"}
            onClick={() => {
              const fields = { intent: "save", drafts: JSON.stringify(drafts) };
              fetcher.submit(fields, { method: "post" });
            }}
          >
            Save rules
          </Button>
        </Inline>
      </Stack>
    </Section>
  );
}

function newRule({ systems, currency }: OrderHoldsPage, isFirst: boolean): OrderRuleDraft {
  return {
    name: isFirst ? "big-orders" : "",
    kind: "total",
    amount: "1000",
    currency,
    list: "",
    participants: systems.slice(0, 1).map(({ id }) => id),
    minutes: "60",
    onSilence: "keep",
  };
}
