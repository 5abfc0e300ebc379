import { storeTime } from "#app/freshness/index.server.ts";
import type { StalenessProof } from "#app/freshness/types.ts";
import type { Flow } from "./gather-flows.ts";
import type { Staleness } from "./staleness-rule.ts";

/** Counting what is unfinished stops here, so that a page costs the same in a flood. */
export const countCap = 10_000;

/**
 * Why a flow is complete up to a moment and not longer, for a program and for a merchant.
 * `unfinished`: how many changes are, up to `countCap`. Pure.
 */
export function proofOf(flow: Flow, staleness: Staleness, unfinished: number): StalenessProof {
  const { pass } = flow;
  const isOfNow = pass !== null && pass.startedAtMs >= flow.evidence.installedAtMs;
  return {
    heldUpBy: staleness.heldUpBy,
    sentence: sentenceOf(flow, staleness, unfinished),
    unfinished,
    eventId: staleness.oldest?.eventId ?? null,
    pass: isOfNow
      ? {
          number: pass.number,
          found: pass.found,
          completedAt: new Date(pass.completedAtMs).toISOString(),
        }
      : null,
  };
}

/** The sentence of a proof. Pure. */
export function sentenceOf(flow: Flow, staleness: Staleness, unfinished: number): string {
  const { completeUpToMs, stalenessMs } = staleness;
  const at = storeTime(completeUpToMs, completeUpToMs + stalenessMs, flow.shop.timeZone);
  const system = flow.system?.name ?? "Converge";
  const { heldUpBy, oldest } = staleness;
  if (heldUpBy === "never_read")
    return `Since Converge was installed at ${at}, Shopify has not been read completely yet.`;
  if (heldUpBy === "poll_overdue") {
    const cause = flow.problem === null ? "No worker has come to it." : flow.problem;
    return `Complete up to ${at}. Since then Shopify should have been read again. ${cause}`;
  }
  if (heldUpBy !== null && oldest !== null)
    return `Held up since ${at} by ${holdUpText(heldUpBy, unfinished, system, flow)}.`;
  const applied = flow.system === null ? "applied" : `acknowledged by ${system}`;
  if (!flow.evidence.polled)
    return `Complete up to ${at}: everything Shopify's events told until then ${applied}. It is not polled.`;
  return `Complete up to ${at}: all webhooks until then ${applied}, ${passText(flow)}.`;
}

function passText({ pass }: Flow): string {
  if (pass === null) return "and nothing is missing";
  const name = pass.number === 0 ? "the last poll pass" : `poll pass #${numberText(pass.number)}`;
  if (pass.found === 0) return `${name} found nothing missing`;
  return `${name} found ${changes(pass.found)} that no webhook had told, and took ${pass.found === 1 ? "it" : "them"} in`;
}

function holdUpText(
  heldUpBy: NonNullable<Staleness["heldUpBy"]>,
  count: number,
  system: string,
  flow: Flow,
): string {
  const forSystem = `${changes(count)} to ${system}`;
  const wait = count === 1 ? "waits" : "wait";
  const oldest = count === 1 ? "which" : "the oldest of which";
  switch (heldUpBy) {
    case "paused":
      return `${forSystem} that ${wait} because it is paused`;
    case "disabled":
      return `${forSystem} that ${wait} because Converge stopped sending to it: ${reason(flow)}`;
    case "circuit_open":
      return `${forSystem} that ${wait} because it does not answer`;
    case "retrying":
      return `${forSystem}, ${oldest} failed and is tried again`;
    case "dead":
      return flow.system === null
        ? `${changes(count)}, ${oldest} could not be understood`
        : `${changes(count)}, ${oldest} failed for good: send it again or discard it`;
    case "processing":
      return `${changes(count)} that ${wait} to be looked at`;
    default:
      return `${changes(count)} on the way to ${system}`;
  }
}

function reason({ system }: Flow): string {
  return (system?.statusReason ?? "it was switched off").replace(/\.$/, "");
}

/** Work that is on its way between two stages is not counted: then there is at least one. */
function changes(count: number): string {
  if (count >= countCap) return `${numberText(countCap)} changes or more`;
  return count <= 1 ? "1 change" : `${numberText(count)} changes`;
}

function numberText(value: number): string {
  return value.toLocaleString("en");
}
