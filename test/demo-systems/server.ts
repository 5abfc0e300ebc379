import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answer, json, sendAnswer } from "./answer.ts";
import { playBehaviour } from "./behaviour.ts";
import { MAX_BODY_BYTES, readBody } from "./body.ts";
import { asksSection } from "./asks-section.ts";
import { changeApiKey, changeBehaviour, changeSecret, giveAnswer } from "./control.ts";
import { type Journal, loadState, openJournal } from "./journal.ts";
import { liveSection, systemPage } from "./page.ts";
import { type Receiver, receiveDelivery } from "./receive.ts";
import { snapshotPage } from "./snapshot.ts";
import { ledgerOf, reportOf, resourcesOf } from "./report.ts";
import { applyRecord, emptyState, type StateRecord, type SystemState } from "./state.ts";
import type { Behaviour, ReceivedReport, SecretChange } from "./types.ts";

/** How to start a demo system. */
export interface DemoSystemOptions {
  /** What people call it, such as `Warehouse`. */
  name: string;
  /** `wms`, `erp` or another kind of system; shown, nothing depends on it. */
  kind: string;
  /** Loopback port; 0 picks a free one. */
  port: number;
  /** Keeps the state here between two lives; without it the state lives in memory. */
  stateFile?: string;
  /** The present in epoch milliseconds. */
  clock?: () => number;
  /** From 0 up to 1; decides which requests a partial fault hits. */
  random?: () => number;
}

/** A running demo system. */
export interface DemoSystem {
  /** Its origin, without a trailing slash. Deliveries go to `${url}/webhooks`. */
  url: string;
  received(): ReceivedReport;
  /** Webhook ids on record, oldest first. */
  receivedIds(): string[];
  /** Sets the fault to play; fields left out get their defaults. Throws on a bad value. */
  setBehaviour(behaviour: Partial<Behaviour>): Promise<void>;
  /** Adds a signing secret of a shop. Throws when it is not a Standard Webhooks secret. */
  setSecret(change: Pick<SecretChange, "shop" | "secret"> & Partial<SecretChange>): Promise<void>;
  close(): Promise<void>;
}

interface Context extends Receiver {
  options: DemoSystemOptions;
  random: () => number;
}

/** Starts a demo system on loopback. Rejects when the port is taken or the state file is damaged. */
export async function startDemoSystem(options: DemoSystemOptions): Promise<DemoSystem> {
  const { stateFile, clock = Date.now, random = Math.random } = options;
  const state = stateFile ? await loadState(stateFile) : emptyState();
  const opened = Promise.withResolvers<Journal | undefined>();
  const context: Context = {
    options,
    random,
    state,
    now: () => new Date(clock()).toISOString(),
    async record(record: StateRecord) {
      const journal = await opened.promise;
      applyRecord(state, record);
      await journal?.append(record);
    },
  };
  const server = createServer((request, response) => {
    answerRequest(request, response, context).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return response.destroy();
      sendAnswer(response, json(500, { error: String(error) }));
    });
  });
  // The port first: two systems on one state file would overwrite each other's snapshots.
  await listen(server, options.port);
  const journal = stateFile ? await openJournal(stateFile, state) : undefined;
  opened.resolve(journal);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => reportOf(options, state),
    receivedIds: () => [...state.ledger.keys()],
    setBehaviour: (behaviour) => changeBehaviour(behaviour, context),
    setSecret: (change) => changeSecret(change, context),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await journal?.close();
    },
  };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  context: Context,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://demo.invalid");
  if (url.pathname === "/snapshot" && request.method === "GET")
    return sendAnswer(response, snapshotPage(url, request.headers, context));
  if (url.pathname === "/webhooks") return answerDelivery(request, response, context);
  const answer =
    request.method === "GET" ? page(url, context) : await control(request, url, context);
  sendAnswer(response, answer);
}

async function answerDelivery(
  request: IncomingMessage,
  response: ServerResponse,
  context: Context,
): Promise<void> {
  if (request.method !== "POST") {
    return sendAnswer(response, json(405, { error: "use POST" }, { allow: "POST" }));
  }
  // Read to the end first, whatever follows: a sender that is still writing sees no answer.
  const rawBody = await readBody(request);
  if (!rawBody) return sendAnswer(response, tooLarge());
  await playBehaviour(context.state.behaviour, context.random, {
    request,
    response,
    receive: () => receiveDelivery(rawBody, request.headers, context),
    refuse: (mode) => context.record({ kind: "refused", at: context.now(), mode }),
  });
}

function page(url: URL, context: Context): Answer {
  const { options, state } = context;
  const report = reportOf(options, state);
  const markup = (body: string): Answer => ({
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8" },
    body,
  });
  switch (url.pathname) {
    case "/":
      return markup(systemPage(report, state, context.now()).markup);
    case "/live":
      return markup(liveSection(report, state).markup);
    case "/asks":
      return markup(asksSection(state, context.now()).markup);
    case "/healthz":
      return json(200, { status: "ok", name: options.name });
    case "/received":
      return json(200, report);
    case "/received/ids":
      return json(200, { ids: [...state.ledger.keys()] });
    case "/received/ledger":
      return json(200, { items: ledgerOf(state, url.searchParams) });
    case "/resources":
      return json(200, { items: resourcesOf(state, url.searchParams) });
    case "/control/api-key":
      return json(200, { items: keyHolders(state) });
    default:
      return json(404, { error: `no page ${url.pathname}` });
  }
}

/** For which systems an API key is here, and of which Converge; never the key. */
function keyHolders({ apiKeys }: SystemState) {
  return [...apiKeys.values()].map(({ key: _, ...holder }) => holder);
}

/** What can be told to a system; a sentence is what came of it. */
const controls: Readonly<
  Record<string, (input: unknown, receiver: Receiver) => Promise<string | void>>
> = {
  "/control/behaviour": changeBehaviour,
  "/control/secret": changeSecret,
  "/control/api-key": changeApiKey,
  "/control/answer": giveAnswer,
};

async function control(request: IncomingMessage, url: URL, context: Context): Promise<Answer> {
  const change = controls[url.pathname];
  if (!change) return json(404, { error: `no such control ${url.pathname}` });
  if (request.method !== "PUT") return json(405, { error: "use PUT" }, { allow: "PUT" });
  const body = await readBody(request);
  if (!body) return tooLarge();
  try {
    const said = await change(JSON.parse(body.toString("utf8")), context);
    return json(200, { ...reportOf(context.options, context.state), ...(said ? { said } : {}) });
  } catch (error) {
    return json(422, { error: error instanceof Error ? error.message : String(error) });
  }
}

function tooLarge(): Answer {
  return json(413, { error: `body: at most ${MAX_BODY_BYTES} bytes are accepted` });
}
