import { randomUUID } from "node:crypto";
import type { Clock, Database } from "#app/db.server.ts";
import type { Logger } from "#app/observability/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { alertsByIds } from "./alert-store.ts";
import {
  type ChannelAfter,
  claimChannel,
  holdClaim,
  type OpenedChannel,
  releaseChannel,
} from "./channel-store.ts";
import type { ToldAlert } from "./compose-message.ts";
import { type Batch, giveUpAll, nextDue, settleBatch, takeBatch } from "./notice-store.ts";
import { gatherMs } from "./plan-notices.ts";
import { type SendDeps, sendMessage, type SendOutcome } from "./send-message.ts";

/** What sending from the outbox takes. */
export interface SendDueDeps extends SendDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
}

/** One message a minute at most: what comes meanwhile goes with the next. */
const restMs = 60_000;
const firstRetryMs = 30_000;
const longestRetryMs = 3_600_000;
/** A message that has not arrived by then would be yesterday's news. */
const givenUpAfterMs = 24 * 3_600_000;
/** More would be a message nobody reads. */
const mostPerMessage = 100;

/**
 * Sends the next message of the channel that has had something to send for longest; false when none
 * has. A channel is in one worker's hands, until the message has arrived, failed, or the worker has
 * been silent for a minute: then the message goes again, under the same id.
 */
export async function sendNext(deps: SendDueDeps): Promise<boolean> {
  const { db, vault, clock } = deps;
  const leaseId = randomUUID();
  const nowMs = clock.now();
  const channel = await claimChannel(db, vault, leaseId, nowMs);
  if (!channel) return false;
  const most = channel.kind === "flow" ? 1 : mostPerMessage;
  const batch = await db.transaction(async (tx) =>
    (await holdClaim(tx, channel.id, leaseId))
      ? takeBatch(tx, channel.id, { id: randomUUID(), most, dueByMs: nowMs + gatherMs })
      : null,
  );
  const outcome = batch ? await send(deps, channel, batch, nowMs) : null;
  await finish(deps, { channel, leaseId, batch, outcome });
  return true;
}

async function send(
  deps: SendDueDeps,
  channel: OpenedChannel,
  batch: Batch,
  nowMs: number,
): Promise<SendOutcome> {
  const { db } = deps;
  const [shop, alerts] = await Promise.all([
    getShop(db, channel.shop),
    alertsByIds(
      db,
      batch.notices.map((notice) => notice.alertId),
    ),
  ]);
  const told = batch.notices.flatMap(({ alertId, what }): ToldAlert[] => {
    const alert = alerts.find((one) => one.id === alertId);
    return alert ? [{ what, alert }] : [];
  });
  if (!shop || told.length === 0) return { arrived: true };
  const outgoing = { id: batch.id, nowMs, timeZone: shop.timeZone, told };
  return sendMessage(deps, channel, outgoing);
}

async function finish(
  { db, clock, log, random }: SendDueDeps,
  sent: {
    readonly channel: OpenedChannel;
    readonly leaseId: string;
    readonly batch: Batch | null;
    readonly outcome: SendOutcome | null;
  },
): Promise<void> {
  const { channel, batch, outcome } = sent;
  const nowMs = clock.now();
  await db.transaction(async (tx) => {
    if (!(await holdClaim(tx, channel.id, sent.leaseId))) return;
    const end = endOf(channel, batch, outcome, { nowMs, random });
    if (batch && end.settled)
      await settleBatch(tx, channel.id, batch.id, { arrived: outcome?.arrived === true, nowMs });
    if (end.after.status === "disabled") await giveUpAll(tx, channel.id, nowMs);
    const due = await nextDue(tx, channel.id);
    const nextMs = due === null ? null : Math.max(due, end.notBeforeMs);
    await releaseChannel(tx, channel.id, { ...end.after, nextMs });
  });
  if (outcome?.arrived === false)
    log.warn(
      { shop: channel.shop, channel: channel.kind, problem: outcome.problem },
      "an alert could not be sent",
    );
}

interface End {
  /** The message is dealt with, one way or the other. */
  readonly settled: boolean;
  readonly notBeforeMs: number;
  readonly after: Omit<ChannelAfter, "nextMs">;
}

/** What an attempt leaves behind. Pure but for `random`. */
function endOf(
  channel: OpenedChannel,
  batch: Batch | null,
  outcome: SendOutcome | null,
  { nowMs, random }: { readonly nowMs: number; readonly random: () => number },
): End {
  const status = "active";
  if (!outcome || outcome.arrived) {
    const restsUntilMs = outcome && channel.kind !== "flow" ? nowMs + restMs : null;
    const deliveredMs = outcome ? nowMs : null;
    return {
      settled: true,
      notBeforeMs: restsUntilMs ?? nowMs,
      after: { status, failures: 0, problem: null, deliveredMs, restsUntilMs },
    };
  }
  const oldest = Math.min(...(batch?.notices.map((notice) => notice.waitedSinceMs) ?? [nowMs]));
  const late = nowMs - oldest > givenUpAfterMs;
  const ceiling = Math.min(longestRetryMs, firstRetryMs * 2 ** channel.failures);
  const pauseMs = ceiling / 2 + (random() * ceiling) / 2;
  return {
    settled: late || outcome.again !== "later",
    notBeforeMs: nowMs + pauseMs,
    after: {
      status: outcome.again === "gone" ? "disabled" : status,
      failures: channel.failures + 1,
      problem: outcome.problem,
      deliveredMs: null,
      restsUntilMs: nowMs + pauseMs,
    },
  };
}
