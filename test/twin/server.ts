import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { adminRoutes } from "./admin/index.ts";
import { readAppToml } from "./app-toml.ts";
import { resultRoutes } from "./bulk/result-routes.ts";
import { HttpError, sendJson } from "./http.ts";
import { mintSessionToken } from "./oauth/session-token.ts";
import { shopifyRoutes } from "./shopify-routes.ts";
import { twinApiRoutes } from "./twin-api.ts";
import { type Settings, withDefaults } from "./settings.ts";
import type { AppToml, RouteHandler, Twin, TwinOptions } from "./types.ts";
import { createWorld } from "./world.ts";

/**
 * Starts a stand-in for Shopify: two stores, the Admin API, OAuth, webhooks, and an admin to click
 * in. It knows nothing of the app but its key, its secret, its URL and its configuration file.
 * @throws when the port is taken, or the state file or the app's configuration cannot be used.
 */
export async function startTwin(options: TwinOptions): Promise<Twin> {
  const settings = withDefaults(options);
  const toml = readAppToml({
    ...(options.appTomlPath === undefined ? {} : { path: options.appTomlPath }),
    ...(options.appTomlText === undefined ? {} : { text: options.appTomlText }),
  });
  let handlers: RouteHandler[] = [];
  const server = createServer((req, res) => {
    void handle(handlers, req, res, settings.log);
  });
  // The port first: whoever does not get it must not touch the state, nor send what waits in it.
  const port = await listen(server, settings);
  const world = openWorld(settings, toml, server);
  const { config, operations, stores } = world;
  const twin: Twin = {
    url: `http://${settings.host}:${port}`,
    port,
    config,
    appToml: toml,
    operations,
    stores: () => operations.listStores(),
    mintSessionToken: (shop) => mintSessionToken({ ...config, shop, nowMs: world.now() }),
    settled: world.settled,
    async close() {
      server.close();
      server.closeAllConnections();
      await world.close();
    },
  };
  handlers = [
    dateRoute(world.now),
    resultRoutes(world.results),
    shopifyRoutes({ ...world, stores }),
    twinApiRoutes({ operations, stores }),
    adminRoutes(twin),
  ];
  return twin;
}

/** Every answer carries the time it is in this Shopify, which may not be that of this machine. */
function dateRoute(now: () => number): RouteHandler {
  return async (_req, res) => {
    res.setHeader("date", new Date(now()).toUTCString());
    return false;
  };
}

function openWorld(settings: Settings, toml: AppToml, server: Server) {
  try {
    return createWorld(settings, toml);
  } catch (error) {
    server.close();
    throw error;
  }
}

async function handle(
  handlers: RouteHandler[],
  req: IncomingMessage,
  res: ServerResponse,
  log: (line: string) => void,
): Promise<void> {
  try {
    const url = new URL(req.url ?? "/", "http://twin.invalid");
    for (const handler of handlers) if (await handler(req, res, url)) return;
    sendJson(res, 404, { errors: "Not Found" });
  } catch (error) {
    const status = error instanceof HttpError ? error.status : 500;
    const message = error instanceof Error ? error.message : String(error);
    const what = `${req.method ?? "?"} ${req.url ?? "?"}`;
    if (status === 500) log(`${what}: ${(error instanceof Error && error.stack) || message}`);
    if (res.headersSent) res.destroy();
    else sendJson(res, status, { errors: message });
  }
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
