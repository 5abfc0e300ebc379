/**
 * The twin's face: the Shopify admin that frames the app, the stand-in for App Bridge that the app
 * loads, and the control page on which people make things happen and break.
 */
import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { HttpError, sendJson } from "../http.ts";
import { OperationError, type RouteHandler, type Twin } from "../types.ts";
import { type BrowserScript, browserScript } from "./browser-scripts.ts";
import { controlPage, controlState } from "./control-page.ts";
import { changeDemoSystem } from "./demo-systems.ts";
import { createInstallation } from "./installation.ts";
import { readJsonObject, redirect, sendAsset, sendPage } from "./respond.ts";
import { refusalPage, storesPage } from "./store-pages.ts";
import { answerStore } from "./store-routes.ts";
import type { Visit } from "./visit.ts";

const styles = new Set(["admin.css", "control.css"]);
const scripts = new Map<string, BrowserScript>([
  ["shell.js", "shell"],
  ["control.js", "control"],
  ["menu.js", "menu"],
]);
/** More than any of the twin's stores has. */
const MAX_STOCK_ROWS = 10_000;

/** Answers the admin's, the app bridge's and the control page's addresses; leaves all others. */
export function adminRoutes(twin: Twin): RouteHandler {
  const installation = createInstallation(twin);
  const appOrigin = new URL(twin.config.appUrl).origin;
  return async (req, res, url) => {
    const visit: Visit = { twin, installation, req, res, url, appOrigin };
    try {
      return await answer(visit);
    } catch (error) {
      const refusal = refusalFor(error);
      if (!refusal) throw error;
      refuse(visit, refusal);
      return true;
    }
  };
}

function refusalFor(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  return error instanceof OperationError ? new HttpError(422, error.message) : undefined;
}

/** Says no: with a page to a person, in JSON to a script. */
function refuse({ req, res, appOrigin }: Visit, { status, message }: HttpError): void {
  const toPerson = req.headers.accept?.includes("text/html");
  if (toPerson) sendPage(res, refusalPage(message), appOrigin, status);
  else sendJson(res, status, { error: message });
}

async function answer(visit: Visit): Promise<boolean> {
  const { res, url, twin, appOrigin } = visit;
  const [first = "", ...rest] = url.pathname.split("/").slice(1);
  switch (first) {
    case "":
      if (!goToTwinOrigin(visit)) sendPage(res, storesPage(twin), appOrigin);
      return true;
    case "store":
      return goToTwinOrigin(visit) || (await answerStore(visit, rest));
    case "app-bridge.js":
      sendAsset(res, "text/javascript", await browserScript("app-bridge"));
      return true;
    case "session-token": {
      const shop = url.searchParams.get("shop") ?? "";
      if (!twin.stores().some((store) => store.shop === shop)) {
        throw new HttpError(404, `shop: there is no store "${shop}"`);
      }
      sendJson(res, 200, { token: twin.mintSessionToken(shop) });
      return true;
    }
    case "admin-assets":
      return await answerAsset(res, rest.join("/"));
    case "control":
      return await answerControl(visit, rest);
    default:
      return false;
  }
}

/**
 * The app lets itself be framed by the twin's origin only, so an admin opened as `localhost` is
 * opened again under the address the app knows. Says whether it did.
 */
function goToTwinOrigin({ req, res, url, twin }: Visit): boolean {
  const hostname = URL.parse(`http://${req.headers.host ?? ""}`)?.hostname;
  const isAlias = hostname === "localhost" || hostname === "[::1]";
  const isKnown = new URL(twin.url).hostname === hostname;
  if (req.method !== "GET" || !isAlias || isKnown) return false;
  redirect(res, twin.url + url.pathname + url.search);
  return true;
}

async function answerAsset(res: ServerResponse, name: string): Promise<boolean> {
  const script = scripts.get(name);
  if (script) {
    sendAsset(res, "text/javascript", await browserScript(script));
    return true;
  }
  if (!styles.has(name)) throw new HttpError(404, `There is no ${name}.`);
  const css = await readFile(new URL(`./styles/${name}`, import.meta.url), "utf8");
  sendAsset(res, "text/css", css);
  return true;
}

async function answerControl(visit: Visit, rest: string[]): Promise<boolean> {
  const { req, res, url, twin, appOrigin } = visit;
  const [part] = rest;
  if (part === undefined) sendPage(res, controlPage(twin), appOrigin);
  else if (part === "state") sendJson(res, 200, await controlState(twin, url.searchParams));
  else if (part === "stock") {
    const shop = url.searchParams.get("shop") ?? "";
    sendJson(res, 200, { items: twin.operations.listStock({ shop, limit: MAX_STOCK_ROWS }) });
  } else if (part === "demo-systems" && req.method === "POST") {
    const { name, ...behaviour } = await readJsonObject(req);
    sendJson(res, 200, await changeDemoSystem(twin, name, behaviour));
  } else throw new HttpError(404, `There is no page ${url.pathname}.`);
  return true;
}
