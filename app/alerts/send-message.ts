import { createTransport } from "nodemailer";
import { Webhook } from "standardwebhooks";
import type { Config } from "#app/config.server.ts";
import type { Egress, EgressAnswer } from "#app/egress/index.server.ts";
import { FlowTriggerDocument, type Shopify } from "#app/shopify/index.server.ts";
import type { OpenedChannel } from "./channel-store.ts";
import {
  asSlackText,
  asText,
  composeMessage,
  gatherTold,
  linkTo,
  type MessageFrame,
  type ToldAlert,
} from "./compose-message.ts";
import { flowPayload, flowTriggers, triggerOf } from "./flow-triggers.ts";

/** What sending takes. */
export interface SendDeps {
  readonly config: Pick<Config, "smtpUrl" | "shopify">;
  readonly egress: Pick<Egress, "post">;
  readonly shopify: Pick<Shopify, "graphql">;
}

/** One message to one channel. `id` is the same at every attempt. */
export interface Outgoing {
  readonly id: string;
  readonly nowMs: number;
  readonly timeZone: string | null;
  readonly told: readonly ToldAlert[];
}

/** How it fared. Never thrown. */
export type SendOutcome =
  | { readonly arrived: true }
  | {
      readonly arrived: false;
      /** For the merchant. */
      readonly problem: string;
      /** later: try again. never: this message will not be taken. gone: no message ever will. */
      readonly again: "later" | "never" | "gone";
    };

const timeoutMs = 10_000;

/** Sends a message the way its channel takes it. */
export async function sendMessage(
  deps: SendDeps,
  channel: OpenedChannel,
  outgoing: Outgoing,
): Promise<SendOutcome> {
  const frame = {
    shop: channel.shop,
    apiKey: deps.config.shopify.apiKey,
    timeZone: outgoing.timeZone,
  };
  if (channel.kind === "email") return sendMail(deps, channel, frame, outgoing);
  if (channel.kind === "slack") return postSlack(deps, channel, frame, outgoing);
  if (channel.kind === "webhook") return postSigned(deps, channel, frame, outgoing);
  return startFlows(deps, channel, frame, outgoing);
}

async function sendMail(
  { config }: SendDeps,
  channel: OpenedChannel,
  frame: MessageFrame,
  { id, told }: Outgoing,
): Promise<SendOutcome> {
  if (config.smtpUrl === undefined)
    return failed("This installation cannot send mail: SMTP_URL is not set.", "never");
  const message = composeMessage(frame, told);
  const host = new URL(config.shopify.appUrl).hostname;
  const transport = createTransport({
    url: config.smtpUrl,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  try {
    await transport.sendMail({
      from: { name: "Converge", address: `alerts@${host}` },
      to: channel.to ?? "",
      subject: message.subject,
      text: `${asText(message)}\n`,
      // The same at every attempt: a mailbox that has it shows it once.
      messageId: `<${id}@${host}>`,
      headers: { "Auto-Submitted": "auto-generated" },
    });
    return { arrived: true };
  } catch (error) {
    const code =
      error instanceof Error && "responseCode" in error ? Number(error.responseCode) : null;
    const said = error instanceof Error ? error.message : String(error);
    return failed(
      `The mail server did not take it: ${said.slice(0, 200)}`,
      // 5yz: the server will not take it the next time either (RFC 5321 4.2.1).
      code !== null && code >= 500 ? "never" : "later",
    );
  } finally {
    transport.close();
  }
}

async function postSlack(
  { egress }: SendDeps,
  channel: OpenedChannel,
  frame: MessageFrame,
  { told }: Outgoing,
): Promise<SendOutcome> {
  const answer = await egress.post({
    url: channel.url ?? "",
    headers: { "content-type": "application/json", "user-agent": "Converge/1" },
    body: JSON.stringify({ text: asSlackText(composeMessage(frame, told)) }),
    timeoutMs,
  });
  return outcomeOf(answer);
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
async function postSigned(
  { egress }: SendDeps,
  channel: OpenedChannel,
  frame: MessageFrame,
  { id, nowMs, told }: Outgoing,
): Promise<SendOutcome> {
  const messageId = `alm_${id}`;
  const body = JSON.stringify({
    id: messageId,
    type: "alerts.changed",
    shop: channel.shop,
    alerts: gatherTold(told).map(({ what, alert: { place, ...alert } }) => ({
      what,
      ...alert,
      link: linkTo(frame, place.to),
    })),
  });
  const at = new Date(nowMs);
  const answer = await egress.post({
    url: channel.url ?? "",
    headers: {
      "content-type": "application/json",
      "user-agent": "Converge/1",
      "webhook-id": messageId,
      "webhook-timestamp": String(Math.floor(nowMs / 1000)),
      "webhook-signature": new Webhook(channel.secret ?? "").sign(messageId, at, body),
    },
    body,
    timeoutMs,
  });
  return outcomeOf(answer);
}

/** A workflow starts for each alert; a test starts those of the first trigger. */
async function startFlows(
  { shopify }: SendDeps,
  channel: OpenedChannel,
  frame: MessageFrame,
  { told }: Outgoing,
): Promise<SendOutcome> {
  try {
    for (const { what, alert } of told) {
      const handle = what === "test" ? flowTriggers[0]?.handle : triggerOf(alert.kind)?.handle;
      if (handle === undefined) continue;
      const payload = flowPayload(alert, linkTo(frame, alert.place.to));
      const { flowTriggerReceive } = await shopify.graphql(
        channel.shop,
        FlowTriggerDocument,
        { handle, payload },
        { priority: "polling" },
      );
      const [error] = flowTriggerReceive?.userErrors ?? [];
      if (error) return failed(`Shopify Flow refused it: ${error.message}`, "never");
    }
    return { arrived: true };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error), "later");
  }
}

function outcomeOf(answer: EgressAnswer): SendOutcome {
  if (answer.kind === "failed") return failed(answer.reason, "later");
  if (answer.kind === "refused") return failed(answer.reason, "never");
  const { status } = answer;
  if (status >= 200 && status < 300) return { arrived: true };
  const problem = `It answered ${String(status)}.`;
  if (status === 410) return failed(`${problem} Nothing is sent to it any more.`, "gone");
  const passes = status >= 500 || status === 408 || status === 425 || status === 429;
  return failed(problem, passes ? "later" : "never");
}

function failed(problem: string, again: "later" | "never" | "gone"): SendOutcome {
  return { arrived: false, problem, again };
}
