import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { rateConnections, type LoadPlan, type LoadResult } from "./load.ts";
import { createSender, type Sender } from "./sender.ts";
import { benchShops, benchTopic, signedBodies, type SignedBody } from "./traffic.ts";

const mostWaiting = 1_000;
/** A server that has fallen behind gets this long to answer what is under way. */
const drainMs = 6_000;

/** What one run adds up while it runs. */
interface Tally {
  readonly latenciesMs: number[];
  ok: number;
  okInTime: number;
  failed: number;
  waiting: number;
  skipped: number;
  endMs: number;
}

/** Sends one plan's webhooks over kept-alive connections and measures every answer. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const connections = plan.load.kind === "rate" ? rateConnections : plan.load.connections;
  const sender = createSender(new URL(plan.url), connections);
  const bodies = signedBodies(plan.bodyBytes);
  const tally: Tally = {
    latenciesMs: [],
    ok: 0,
    okInTime: 0,
    failed: 0,
    waiting: 0,
    skipped: 0,
    endMs: 0,
  };
  let next = 0;
  const send = (dueMs: number, done: () => void) => {
    const signed = bodies[next % bodies.length];
    if (!signed) throw new Error("There are no bodies to send.");
    next += 1;
    post(sender, signed, benchShops[next % benchShops.length] ?? "", tally, dueMs, done);
  };
  await sender.open();
  const startMs = performance.now();
  tally.endMs = startMs + plan.seconds * 1_000;
  if (plan.load.kind === "saturation") await saturate(tally, send, connections);
  else await keepRate(tally, send, startMs, plan.load.perSecond);
  sender.close();
  return summarise(tally, plan.seconds);
}

type Send = (dueMs: number, done: () => void) => void;

function saturate(tally: Tally, send: Send, connections: number): Promise<void> {
  return new Promise((resolve) => {
    let open = connections;
    const again = () => {
      if (performance.now() < tally.endMs) send(performance.now(), again);
      else if (--open === 0) resolve();
    };
    for (let n = 0; n < connections; n += 1) again();
  });
}

async function keepRate(
  tally: Tally,
  send: Send,
  startMs: number,
  perSecond: number,
): Promise<void> {
  const gapMs = 1_000 / perSecond;
  let due = startMs;
  while (due < tally.endMs) {
    for (const nowMs = performance.now(); due <= nowMs && due < tally.endMs; due += gapMs) {
      if (tally.waiting < mostWaiting) send(due, () => undefined);
      else tally.skipped += 1;
    }
    await sleep(1);
  }
  const deadlineMs = performance.now() + drainMs;
  while (tally.waiting > 0 && performance.now() < deadlineMs) await sleep(5);
}

function post(
  sender: Sender,
  signed: SignedBody,
  shop: string,
  tally: Tally,
  dueMs: number,
  done: () => void,
): void {
  tally.waiting += 1;
  sender.post({ headers: headersOf(signed, shop), body: signed.body }, (status) => {
    const nowMs = performance.now();
    tally.waiting -= 1;
    if (status === 200) {
      tally.ok += 1;
      if (nowMs <= tally.endMs) tally.okInTime += 1;
      tally.latenciesMs.push(nowMs - dueMs);
    } else tally.failed += 1;
    done();
  });
}

function headersOf({ signature }: SignedBody, shop: string): string {
  return [
    "content-type: application/json",
    `x-shopify-topic: ${benchTopic}`,
    `x-shopify-shop-domain: ${shop}`,
    `x-shopify-webhook-id: ${randomUUID()}`,
    `x-shopify-triggered-at: ${new Date().toISOString()}`,
    "x-shopify-api-version: 2026-10",
    `x-shopify-hmac-sha256: ${signature}\r\n`,
  ].join("\r\n");
}

function summarise(tally: Tally, seconds: number): LoadResult {
  const sorted = Float64Array.from(tally.latenciesMs).sort();
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return {
    ok: tally.ok,
    failed: tally.failed + tally.waiting,
    perSecond: tally.okInTime / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    skipped: tally.skipped,
  };
}
