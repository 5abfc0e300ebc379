import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import type { FreshnessExclusion } from "#app/freshness/types.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { Moment } from "#app/ui/kit/time.tsx";
import { errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { AddExclusionModal } from "./add-exclusion-modal.tsx";
import type { FreshnessPage } from "./detail.presenter.server.ts";
import { daysWords, emptyExclusion, postOf, scopeWords } from "./exclusion-form.ts";

type Shown = Pick<FreshnessPage, "detail" | "exclusions" | "loadedMs">;

/** The times that count neither as good nor as bad, to add and to remove. */
export function ExclusionsSection({ page }: { readonly page: Shown }) {
  const adder = useFetcher<ActionOutcome>();
  const [draft, setDraft] = useState(emptyExclusion);
  const [open, setOpen] = useState(false);
  useOutcomeToast(adder.data, () => {
    setOpen(false);
    setDraft(emptyExclusion);
  });
  return (
    <Section
      heading="Quiet hours and maintenance"
      description="What happens then counts neither as good nor as bad, and wakes nobody."
      accessory={
        <Button
          onClick={() => {
            setOpen(true);
          }}
        >
          Add
        </Button>
      }
    >
      {page.exclusions.length === 0 ? (
        <EmptyState kind="nothing" slim heading="Every hour counts">
          Add the hours in which nobody needs fresh data, or a maintenance window.
        </EmptyState>
      ) : (
        <ExclusionList page={page} />
      )}
      <AddExclusionModal
        open={open}
        draft={draft}
        place={page.detail}
        outcome={adder.data}
        busy={adder.state !== "idle"}
        onHide={() => {
          setOpen(false);
        }}
        onChange={setDraft}
        onAdd={() => {
          adder.submit(postOf(draft), { method: "post" });
        }}
      />
    </Section>
  );
}

function ExclusionList({ page: { detail, exclusions, loadedMs } }: { readonly page: Shown }) {
  const remover = useFetcher<ActionOutcome>();
  useOutcomeToast(remover.data);
  const removing = remover.formData?.get("rule");
  const refused = errorOf(remover.data, "");
  return (
    <>
      {refused !== undefined && <Banner tone="critical" heading={refused} />}
      <ul className="cv-exclusions">
        {exclusions.map((rule) => {
          const key = JSON.stringify(rule);
          return (
            <li key={key}>
              <div>
                <When rule={rule} nowMs={loadedMs} />
                <span className="cv-cell-2">
                  {scopeWords(rule, detail)}
                  {rule.note !== undefined && ` · ${rule.note}`}
                </span>
              </div>
              <Button
                size="slim"
                loading={removing === key}
                accessibilityLabel={removeWords(rule)}
                onClick={() => {
                  remover.submit({ intent: "remove-exclusion", rule: key }, { method: "post" });
                }}
              >
                Remove
              </Button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function removeWords(rule: FreshnessExclusion): string {
  return rule.kind === "maintenance"
    ? "Remove the maintenance window"
    : `Remove the quiet hours from ${rule.fromTime}`;
}

function When({ rule, nowMs }: { readonly rule: FreshnessExclusion; readonly nowMs: number }) {
  if (rule.kind === "quiet_hours")
    return (
      <>
        {daysWords(rule.weekdays)}, {rule.fromTime} to {rule.toTime}
      </>
    );
  return (
    <>
      <Moment at={rule.from} /> to <Moment at={rule.to} />{" "}
      {Date.parse(rule.to) <= nowMs && <Badge tone="neutral">Over</Badge>}
    </>
  );
}
