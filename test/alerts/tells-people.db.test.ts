import { print } from "graphql";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readChannels, replaceChannels, sendTestMessage } from "#app/alerts/index.server.ts";
import type { SentChannel } from "#app/alerts/parse-channels.ts";
import { sendNext } from "#app/alerts/send-due.ts";
import { settleFindings } from "#app/alerts/settle-findings.ts";
import type { ChannelView, Severity } from "#app/alerts/types.ts";
import type { Shopify } from "#app/shopify/index.server.ts";
import { type Receiver, startReceiver } from "#test/delivery/receiver.ts";
import {
  at,
  type Client,
  installedClient,
  startSmallTwin,
} from "#test/twin-conformance/support.ts";
import { createRig, type Rig, workerConfig } from "#test/worker/rig.ts";
import { type MailServer, startMailServer } from "./mail-server.ts";

let rig: Rig;
let mail: MailServer;
let receiver: Receiver;
let twin: Awaited<ReturnType<typeof startSmallTwin>>;
let client: Client;
let shop: string;
let nowMs: number;
const flows: { handle: unknown; errors: unknown }[] = [];

beforeAll(async () => {
  [rig, mail, receiver, twin] = await Promise.all([
    createRig(),
    startMailServer(),
    startReceiver(),
    startSmallTwin(),
  ]);
  client = await installedClient(twin);
});
beforeEach(async () => {
  // What the test before left waiting is not this one's.
  await rig.db.query("DELETE FROM alert_channels");
  shop = await rig.installedShop();
  nowMs = Date.parse("2026-11-26T12:00:00Z");
  mail.mails.length = 0;
  mail.refuseWith = null;
  receiver.requests.length = 0;
  receiver.react = () => ({ status: 200 });
  flows.length = 0;
});
afterAll(async () => {
  await Promise.all([mail.close(), receiver.close(), twin.close()]);
  await rig.close();
});

/** The twin, asked over HTTP as Shopify is. */
const graphql = (async (
  _shop: string,
  document: Parameters<typeof print>[0],
  variables: object,
) => {
  const { data } = await client(print(document), { ...variables });
  flows.push({
    handle: "handle" in variables ? variables.handle : null,
    errors: at({ data }, "flowTriggerReceive", "userErrors"),
  });
  return data;
}) as Shopify["graphql"];

const deps = () => ({
  ...rig,
  clock: { now: () => nowMs },
  random: () => 0,
  config: { ...workerConfig(rig), smtpUrl: mail.url },
  shopify: { graphql },
});

async function channels(...items: SentChannel[]): Promise<readonly ChannelView[]> {
  const limits = { allowPrivate: true, canMail: true };
  const replaced = await replaceChannels(deps(), limits, shop, "user:1", items);
  if (!replaced.ok) throw new Error(JSON.stringify(replaced.errors));
  return replaced.channels;
}
const mailbox = { kind: "email", to: "ops@example.com" } as const;
const read = () => readChannels(rig.db, rig.vault, shop);

/** Says what is wrong now: the systems with dead letters. */
async function wrong(systems: readonly string[], severity: Severity = "critical"): Promise<void> {
  const scope = { shop, timeZone: null, kinds: ["dead_letters"] as const, nowMs };
  await rig.db.transaction((tx) =>
    settleFindings(tx, scope, () => ({
      explained: new Map(),
      findings: systems.map((name) => ({
        kind: "dead_letters",
        subject: name,
        systemId: name,
        domain: null,
        severity,
        level: 1,
        detail: { name, count: 1 },
      })),
    })),
  );
}

async function pass(seconds: number): Promise<void> {
  nowMs += seconds * 1000;
  while (await sendNext(deps()));
}

const aProblem = (part: string) => expect.stringContaining(part) as string;

const subjects = () => mail.mails.map(({ raw }) => /^Subject: (.*)$/m.exec(raw)?.[1]?.trim());

describe("a mail", () => {
  it("goes out soon, tells what is wrong, and later that it is over", async () => {
    await channels(mailbox);
    await wrong(["WMS"]);
    await pass(29);
    expect(mail.mails).toEqual([]);
    await pass(1);
    expect(mail.mails).toMatchObject([{ to: ["ops@example.com"], from: "alerts@converge.test" }]);
    expect(mail.mails[0]?.raw).toContain("1 change could not be delivered to WMS.");
    expect(mail.mails[0]?.raw).toContain(`https://${shop}/admin/apps/the-api-key/app/dead-letters`);
    await wrong([]);
    await pass(120);
    expect(subjects()).toEqual([
      "[Converge] 1 change could not be delivered to WMS.",
      "[Converge] Over: 1 change could not be delivered to WMS.",
    ]);
    expect(await read()).toMatchObject([{ problem: null, waiting: 0 }]);
  });

  it("tells of everything that went wrong within a minute", async () => {
    await channels(mailbox);
    for (const count of [1, 2, 3]) {
      await wrong(["A", "B", "C"].slice(0, count));
      await pass(9);
    }
    await pass(3);
    expect(subjects()).toEqual(["[Converge] 3 alerts: 3 open"]);
    await wrong(["A", "B", "C", "D"]);
    await pass(40);
    expect(mail.mails).toHaveLength(1);
    await pass(30);
    expect(mail.mails).toHaveLength(2);
  });

  it("in quiet hours tells only what is critical; the rest comes as one after them", async () => {
    nowMs = Date.parse("2026-11-26T23:00:00Z");
    await channels({ ...mailbox, quietHours: { from: "22:00", to: "07:00" } });
    await wrong(["A"], "caution");
    await pass(3600);
    await wrong(["A", "B"], "caution");
    await pass(3600);
    expect(mail.mails).toEqual([]);
    expect(await read()).toMatchObject([{ waiting: 2 }]);
    await pass(6 * 3600);
    expect(subjects()).toEqual(["[Converge] 2 alerts: 2 open"]);
  });

  it("comes again with the same id when its arrival was not noted", async () => {
    await channels(mailbox);
    await wrong(["WMS"]);
    nowMs += 30_000;
    const dead = new Error("the worker died");
    const { db } = rig;
    let transactions = 0;
    const transaction = (work: Parameters<typeof db.transaction>[0]) => {
      transactions += 1;
      return transactions === 2 ? Promise.reject(dead) : db.transaction(work);
    };
    const dying = { ...deps(), db: { ...db, transaction } as typeof db };
    await expect(sendNext(dying)).rejects.toThrow(dead);
    expect(mail.mails).toHaveLength(1);
    await pass(1);
    expect(mail.mails).toHaveLength(1);
    await db.query("UPDATE alert_channels SET lease_until = now()");
    await pass(1);
    const ids = mail.mails.map(({ raw }) => /^Message-ID: (.*)$/im.exec(raw)?.[1]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(await read()).toMatchObject([{ waiting: 0 }]);
  });

  it("that is not taken comes again; what never will be is given up and shown", async () => {
    await channels(mailbox);
    await wrong(["WMS"]);
    mail.refuseWith = 451;
    await pass(30);
    expect(await read()).toMatchObject([{ waiting: 1, problem: aProblem("451") }]);
    mail.refuseWith = null;
    await pass(60);
    expect(mail.mails).toHaveLength(1);
    expect(await read()).toMatchObject([{ waiting: 0, problem: null }]);
    await wrong(["WMS", "ERP"]);
    mail.refuseWith = 550;
    await pass(120);
    expect(await read()).toMatchObject([{ waiting: 0, problem: aProblem("550") }]);
  });
});

describe("several channels", () => {
  it("each get it in their own way, and a dead one holds up nobody", async () => {
    const hook = { kind: "webhook", url: `${receiver.url}/signed` } as const;
    const limits = { allowPrivate: true, canMail: true };
    const made = await replaceChannels(deps(), limits, shop, "user:1", [
      { kind: "slack", url: "http://127.0.0.1:1/dead" },
      hook,
      { kind: "slack", url: `${receiver.url}/slack` },
      { kind: "flow" },
      mailbox,
    ]);
    if (!made.ok) throw new Error("refused");
    await wrong(["WMS"]);
    await pass(30);
    expect(mail.mails).toHaveLength(1);
    expect(flows).toEqual([{ handle: "event-dead-lettered", errors: [] }]);
    const signed = receiver.requests.find(({ headers }) => headers["webhook-id"] !== undefined);
    const [secret] = made.secrets.values();
    const { "webhook-id": id, "webhook-signature": signature } = signed?.headers ?? {};
    const expected = new Webhook(secret ?? "").sign(
      String(id),
      new Date(nowMs),
      signed?.text ?? "",
    );
    expect(signature).toBe(expected);
    const body = JSON.parse(signed?.text ?? "") as unknown;
    expect(body).toMatchObject({ type: "alerts.changed", shop, alerts: [{ what: "opened" }] });
    const slack = receiver.requests.find(({ headers }) => headers["webhook-id"] === undefined);
    expect(slack?.text).toContain("could not be delivered to WMS");
    const states = await read();
    expect(states.map(({ kind, waiting, problem }) => [kind, waiting, problem === null])).toEqual([
      ["slack", 1, false],
      ["webhook", 0, true],
      ["slack", 0, true],
      ["flow", 0, true],
      ["email", 0, true],
    ]);
    // Sent back as they were read, they go on as they were: no secret is made anew or shown.
    const again = await replaceChannels(deps(), limits, shop, "user:1", states);
    expect(again).toMatchObject({ ok: true, channels: states.map(({ id }) => ({ id })) });
    expect(again.ok && again.secrets.size).toBe(0);
  });

  it("that say they are gone hear no more, until somebody saves them again", async () => {
    const [slack] = await channels({ kind: "slack", url: receiver.url });
    receiver.react = () => ({ status: 410 });
    await wrong(["WMS"]);
    await pass(30);
    expect(await read()).toMatchObject([{ status: "disabled", waiting: 0 }]);
    await wrong(["WMS", "ERP"]);
    await pass(3600);
    expect(receiver.requests).toHaveLength(1);
    receiver.react = () => ({ status: 200 });
    await channels({ id: slack?.id, kind: "slack" });
    await wrong(["WMS", "ERP", "CRM"]);
    await pass(60);
    expect(receiver.requests).toHaveLength(2);
    expect(receiver.requests[1]?.text).toContain("CRM");
  });

  it("are tried by a test, which says what is wrong", async () => {
    const [good, bad, flow] = await channels(
      mailbox,
      { kind: "slack", url: "http://127.0.0.1:1/dead" },
      { kind: "flow" },
    );
    expect(await sendTestMessage(deps(), shop, good?.id ?? "")).toEqual({ ok: true, error: null });
    expect(subjects()).toEqual(["[Converge] Test: A test from Converge. Nothing is wrong."]);
    expect(await sendTestMessage(deps(), shop, flow?.id ?? "")).toEqual({ ok: true, error: null });
    expect(flows).toEqual([{ handle: "freshness-sla-breached", errors: [] }]);
    expect(await sendTestMessage(deps(), shop, bad?.id ?? "")).toMatchObject({ ok: false });
    expect(await read()).toMatchObject([
      { problem: null },
      { problem: aProblem("refused") },
      { problem: null },
    ]);
    expect(await sendTestMessage(deps(), await rig.installedShop(), good?.id ?? "")).toBeNull();
  });
});

it("addresses and secrets are sealed", async () => {
  await channels(mailbox, { kind: "slack", url: `${receiver.url}/token` });
  const { rows } = await rig.db.query<{ text: string }>(
    "SELECT encode(target, 'escape') AS text FROM alert_channels",
  );
  expect(rows.map(({ text }) => text).join()).not.toMatch(/ops@|127\.0\.0\.1/);
  expect((await read())[1]?.url).not.toContain("token");
});
