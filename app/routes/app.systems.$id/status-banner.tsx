import type { SystemView } from "#app/systems/types.ts";
import { Badge, HealthBadge } from "#app/ui/kit/badge.tsx";
import { Banner } from "#app/ui/kit/banner.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { errorOf } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import type { HealthState } from "#app/ui/words.ts";
import type { Tested } from "./system.presenter.server.ts";

/** How a system is doing, and whether it is left alone for now. */
export function SystemBadges(props: { readonly system: SystemView; readonly state: HealthState }) {
  return (
    <>
      <HealthBadge state={props.state} />{" "}
      {props.system.circuitState !== "closed" && <Badge tone="caution">Not answering</Badge>}
    </>
  );
}

/** Why nothing is sent to a system at the moment, and how to change that. */
export function StatusBanner(props: {
  readonly system: SystemView;
  readonly outcome: ActionOutcome | undefined;
  readonly onResume: (() => void) | undefined;
}) {
  const { system, outcome } = props;
  const error = errorOf(outcome, "");
  if (error !== undefined) return <Banner tone="critical" heading={error} />;
  if (system.status === "active") return <CircuitBanner system={system} />;
  const resume = { content: "Resume", onClick: props.onResume };
  if (system.status === "paused") {
    return (
      <Banner tone="info" heading="Paused" action={resume}>
        Paused <RelativeTime at={system.statusSince} />. Changes are kept and go out as soon as you
        resume.
      </Banner>
    );
  }
  return (
    <Banner tone="critical" heading="Switched off by Converge" action={resume}>
      {system.statusReason ??
        "The system said that its address is gone for good. Resume when it takes changes again."}{" "}
      Switched off <RelativeTime at={system.statusSince} />; changes are kept.
    </Banner>
  );
}

/** Why an active system is left alone, and when it is tried again. */
function CircuitBanner({ system }: { readonly system: SystemView }) {
  if (system.circuitState === "closed" || system.circuitSince === null) return null;
  return (
    <Banner tone="caution" heading="The system does not answer">
      Since <RelativeTime at={system.circuitSince} /> its changes wait, untouched; Converge tries
      one of them from time to time and sends the rest as soon as it arrives.
    </Banner>
  );
}

/** What came of the test event that was just sent. */
export function TestResultBanner(props: { readonly outcome: ActionOutcome<Tested> | undefined }) {
  const test = props.outcome?.ok === true ? props.outcome.test : undefined;
  if (!test) return null;
  return test.ok ? (
    <Banner tone="success" heading="The system took the test event">
      {test.text}
    </Banner>
  ) : (
    <Banner tone="critical" heading="The system did not take the test event">
      {test.text} Check its address, its signing secret and whether it is running.
    </Banner>
  );
}
