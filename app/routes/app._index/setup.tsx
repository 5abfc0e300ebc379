import { useFetcher } from "@remix-run/react";
import { SetupGuide } from "#app/ui/kit/setup-guide.tsx";
import type { SetupStep } from "#app/ui/kit/setup-guide.tsx";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";

/** What a merchant has done so far of what makes Converge useful. */
export interface SetupFacts {
  readonly dismissed: boolean;
  readonly hasSystem: boolean;
  readonly hasEvent: boolean;
  readonly hasOwners: boolean;
  readonly hasSla: boolean;
  readonly hasComparison: boolean;
}

/** Whether the guide has anything left to say. Pure. */
export function isSetUp(facts: SetupFacts): boolean {
  return facts.dismissed || stepsOf(facts).every(({ done }) => done);
}

/** What there is to do, in the order in which it makes sense. Pure. */
export function stepsOf(facts: SetupFacts): SetupStep[] {
  return [
    {
      title: "Connect a system",
      text: "Your warehouse, ERP or any other system that has to know what changes in your store.",
      done: facts.hasSystem,
      action: { content: "Connect system", to: "/app/systems/new" },
    },
    {
      title: "Receive a first change",
      text: "Change a stock level or edit a product in your store: it shows up here within seconds.",
      done: facts.hasEvent,
    },
    {
      title: "Choose who owns what",
      text: "One owner for each kind of data: then nobody overwrites it unseen.",
      done: facts.hasOwners,
      action: { content: "Choose owners", to: "/app/ownership" },
    },
    {
      title: "Set a first SLA",
      text: "Say how old your data may be; Converge measures it and tells you before it is too late.",
      done: facts.hasSla,
      action: { content: "Set SLA", to: "/app/freshness" },
    },
    {
      title: "Compare everything once",
      text: "A full comparison finds what was different before Converge came.",
      done: facts.hasComparison,
      action: { content: "Run comparison", to: "/app/reconciliation" },
    },
  ];
}

/** What is left to do until Converge is of full use; goes when it is done or put away. */
export function Setup({ facts }: { readonly facts: SetupFacts }) {
  const fetcher = useFetcher<ActionOutcome>();
  const leaving = fetcher.formData?.get("intent") === "dismiss-setup";
  if (isSetUp(facts) || leaving) return null;
  return (
    <SetupGuide
      heading="Get started"
      steps={stepsOf(facts)}
      dismiss={{
        content: "Dismiss",
        onClick: () => {
          fetcher.submit({ intent: "dismiss-setup" }, { method: "post" });
        },
      }}
    />
  );
}
