import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import { errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { noDraft } from "./discard-modal.tsx";
import type { IssueDecision, ReplayDecision } from "./form.ts";

/** What the page knows about what a person is doing: chosen rows, an open question, a request under way. */
export function useDeadLetterActions(systemId: string | null) {
  const fetcher = useFetcher<ActionOutcome>();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [draft, setDraft] = useState(noDraft);
  useOutcomeToast(fetcher.data, () => {
    setSelected(new Set());
    setDraft((last) => ({ ...last, open: false }));
  });
  const busy = fetcher.state !== "idle";
  const pending = new Set(fetcher.formData?.getAll("id").map(String));
  const submit = (fields: Readonly<Record<string, string>>, ids: readonly string[] = []) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    for (const id of ids) form.append("id", id);
    fetcher.submit(form, { method: "post" });
  };
  return {
    selected,
    setSelected,
    draft,
    setDraft,
    busy,
    replayingAll: busy && fetcher.formData?.get("intent") === "replay-all",
    replaying: (id: string) => busy && pending.has(id),
    replay: (ids: readonly string[]) => {
      submit({ intent: "replay" }, ids);
    },
    replayAll: () => {
      submit({ intent: "replay-all", system: systemId ?? "" });
    },
    decideIssue: (issue: string, decision: IssueDecision) => {
      submit({ intent: "issue", issue, decision });
    },
    steer: (replay: string, decision: ReplayDecision) => {
      submit({ intent: "steer", replay, decision });
    },
    askDiscard: () => {
      setDraft({ ...noDraft, open: true, ids: [...selected] });
    },
    discard: (reason: string) => {
      submit({ intent: "discard", reason }, draft.ids);
    },
    pageError: draft.open ? undefined : errorOf(fetcher.data, ""),
    discardError: errorOf(fetcher.data, "reason") ?? errorOf(fetcher.data, ""),
  };
}
