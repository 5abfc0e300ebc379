import type { Store } from "../state/model.ts";
import type { RestObject } from "../webhooks/rest-json.ts";

/** One webhook-worthy fact. */
export type WebhookEvent = {
  topic: string;
  /** GraphQL id of what it is about. */
  resource: string;
  body: () => RestObject;
  /** The body is made when it is sent, not now: it tells what is true by then. */
  lateBound?: boolean;
};

/** One action in a store: everything it touches carries the same time and the same event id. */
export type Change = {
  store: Store;
  /** Epoch milliseconds, not rounded. */
  nowMs: number;
  eventId: string;
  emit(event: WebhookEvent): void;
};
