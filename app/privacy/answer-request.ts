import type { Transaction } from "#app/db.server.ts";
import { eraseBodies, getEvent, readEventBody, ruleOf } from "#app/events/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import { eraseCustomer, type EraseDeps } from "./erase-customer.ts";
import { identify } from "./identify.ts";
import { numbersOf, type PrivacyOrder, readOrder } from "./read-order.ts";
import { finishRequest, insertRequest, subjectOf } from "./request-store.ts";

/** What answering a request takes. */
export interface AnswerDeps extends EraseDeps {
  readonly enqueue: (
    tx: Transaction,
    name: "answer-privacy-request",
    jobs: readonly EnqueuedJob<"answer-privacy-request">[],
  ) => Promise<void>;
}

type Job = JobPayload<"answer-privacy-request">;

/** Longer than a transaction that began before the customer was marked as erased. */
const lookAgainSeconds = 5;

/** Shopify tries to deliver what it has for four hours: by then the last of it has arrived. */
const lastLookSeconds = 5 * 3_600;

/**
 * Does what `customers/data_request` or `customers/redact` asks: puts the first before the merchant,
 * carries out the second. An erasure goes over everything again until a pass changes nothing and
 * nothing is in flight; the request's own body, which names the person, goes last. Hours later it
 * looks once more for what came late, by the numbers of the records alone.
 */
export async function answerRequest(deps: AnswerDeps, job: Job): Promise<void> {
  const { db, vault } = deps;
  const { shop, eventId } = job;
  const event = await getEvent(db, shop, eventId);
  const body = await readEventBody(db, vault, shop, eventId, { masked: false });
  if (!event || !body) return lookOnceMore(deps, job);
  const rule = ruleOf(event.topic);
  if (rule.kind !== "privacy") return;
  const kind = rule.action === "erase_customer" ? "erase" : "show";
  const before = await subjectOf(db, shop, eventId, kind);
  const order = await identify(deps, shop, readOrder(body.text), before);
  const receivedAtMs = Date.parse(event.receivedAt);
  await insertRequest(db, { id: eventId, shop, kind, receivedAtMs, ...order });
  if (kind === "show") return;
  const untilMs = Math.max(receivedAtMs, Date.parse(event.occurredAt));
  const { changed, inFlight } = await eraseCustomer(deps, shop, order, { eventId, untilMs });
  const done = job.pass > 0 && changed === 0 && inFlight === 0;
  const startAfterSeconds = done ? lastLookSeconds : lookAgainSeconds;
  await db.transaction(async (tx) => {
    if (done) await finish(deps, tx, job, order);
    await deps.enqueue(tx, "answer-privacy-request", [
      { payload: { ...job, pass: job.pass + 1 }, group: shop, startAfterSeconds },
    ]);
  });
}

async function finish(
  deps: AnswerDeps,
  tx: Transaction,
  { shop, eventId }: Job,
  order: PrivacyOrder,
): Promise<void> {
  await eraseBodies(tx, [eventId]);
  if (!(await finishRequest(tx, shop, eventId, deps.clock.now()))) return;
  const subject = order.customerId ?? "a customer known by e-mail alone";
  const detail = { orders: order.orderIds.length };
  await recordAudit(tx, { shop, actor: "shopify", action: "customer.erased", subject, detail });
}

async function lookOnceMore(deps: AnswerDeps, { shop, eventId }: Job): Promise<void> {
  const subject = await subjectOf(deps.db, shop, eventId, "erase");
  if (!subject) return;
  const { customerId, orderIds, receivedAtMs: untilMs } = subject;
  const numbers = numbersOf([...(customerId === null ? [] : [customerId]), ...orderIds]);
  const order = { customerId, email: null, orderIds, words: numbers };
  await eraseCustomer(deps, shop, order, { eventId, untilMs });
}
