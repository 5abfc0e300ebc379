import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, json, sendAnswer } from "./answer.ts";
import type { Behaviour } from "./types.ts";

type FaultyMode = Exclude<Behaviour["mode"], "healthy">;

/** The fault this request meets, drawn with the behaviour's share; undefined means none. */
export function drawFault(behaviour: Behaviour, random: () => number): FaultyMode | undefined {
  if (behaviour.mode === "healthy") return undefined;
  return random() * 100 < behaviour.share ? behaviour.mode : undefined;
}

/** The answer of a fault that has one; the request is not looked at. */
export function faultAnswer(mode: FaultyMode, behaviour: Behaviour): Answer | undefined {
  const wait = { "retry-after": String(behaviour.retryAfterSeconds) };
  switch (mode) {
    case "error":
      return json(500, { error: "played fault: the system failed" });
    case "reject":
      return json(422, { error: "played fault: the system refuses this change" });
    case "unavailable":
      return json(503, { error: "played fault: down for maintenance" }, wait);
    case "throttled":
      return json(429, { error: "played fault: too many requests" }, wait);
    case "gone":
      return json(410, { error: "played fault: this destination is gone for good" });
    default:
      return undefined;
  }
}

/** What a fault does to one exchange. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Takes the delivery as a healthy system would. */
  receive(): Promise<Answer>;
  /** Counts the request as refused. */
  refuse(mode: FaultyMode): Promise<void>;
}

/** Plays the behaviour for one delivery, to the end of its response (or to none: `hang`). */
export async function playBehaviour(
  behaviour: Behaviour,
  random: () => number,
  exchange: Exchange,
): Promise<void> {
  const { request, response } = exchange;
  const mode = drawFault(behaviour, random);
  if (mode === undefined) return sendAnswer(response, await exchange.receive());
  if (mode === "slow") {
    await sleep(behaviour.delayMs, undefined, { ref: false });
    return sendAnswer(response, await exchange.receive());
  }
  if (mode === "lose_answer") {
    await exchange.receive();
    request.socket.destroy();
    return;
  }
  await exchange.refuse(mode);
  if (mode === "hang") return;
  if (mode === "drop") {
    request.socket.destroy();
    return;
  }
  const answer = faultAnswer(mode, behaviour);
  if (answer) sendAnswer(response, answer);
}
