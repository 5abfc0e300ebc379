import { HttpError, sendJson } from "../http.ts";
import type { StoreSummary } from "../types.ts";
import { appHandle, appPathOf } from "./layout.ts";
import { customersPage, ordersPage, productsPage } from "./list-pages.ts";
import { assertSameOrigin, readJsonObject, redirect, sendPage } from "./respond.ts";
import { shellPage } from "./shell-page.ts";
import { homePage, installPage } from "./store-pages.ts";
import type { Visit } from "./visit.ts";

/** Answers `/store/{handle}/...`; `path` is what follows `/store/`, split at the slashes. */
export async function answerStore(visit: Visit, path: string[]): Promise<boolean> {
  const { req, res, twin, appOrigin, installation } = visit;
  const [handle = "", section = "", ...rest] = path;
  const store = twin.stores().find((candidate) => candidate.handle === handle);
  if (!store) throw new HttpError(404, `There is no store "${handle}". The stores are at /.`);
  if (req.method === "POST") return await act(visit, store, section);
  switch (section) {
    case "":
      sendPage(res, homePage(twin, store), appOrigin);
      return true;
    case "install":
      if (store.installed) redirect(res, appPathOf(twin, store));
      else sendPage(res, installPage(twin, store), appOrigin);
      return true;
    case "session-token":
      if (!installation.mayOpen(store)) {
        throw new HttpError(403, `${twin.appToml.name} is not installed on ${store.name}.`);
      }
      sendJson(res, 200, { token: twin.mintSessionToken(store.shop) });
      return true;
    case "apps":
      openApp(visit, store, rest);
      return true;
    default:
      return list(visit, store, section, rest[0]);
  }
}

async function act(visit: Visit, store: StoreSummary, section: string): Promise<boolean> {
  const { req, res, twin, installation } = visit;
  if (section === "scopes") {
    sendJson(res, 200, installation.changeScopes(store, await readJsonObject(req)));
    return true;
  }
  assertSameOrigin(req);
  req.resume();
  if (section === "install") {
    installation.agree(store.shop);
    redirect(res, appPathOf(twin, store));
  } else if (section === "uninstall") {
    installation.uninstall(store);
    redirect(res, `/store/${store.handle}`);
  } else throw new HttpError(405, "use GET");
  return true;
}

/** The app in its frame; an app that is not installed asks for consent first, as Shopify does. */
function openApp(visit: Visit, store: StoreSummary, [handle, ...rest]: string[]): void {
  const { res, url, twin, appOrigin, installation } = visit;
  const below = rest.length > 0 ? `/${rest.join("/")}` : "";
  if (handle !== appHandle(twin)) return redirect(res, appPathOf(twin, store) + below + url.search);
  if (!installation.mayOpen(store)) return redirect(res, `/store/${store.handle}/install`);
  sendPage(res, shellPage(twin, store, { rest: below, query: url.searchParams }), appOrigin);
}

function list(visit: Visit, store: StoreSummary, section: string, id?: string): boolean {
  const { res, url, twin, appOrigin } = visit;
  const search = url.searchParams.get("q") ?? "";
  switch (section) {
    case "products":
      sendPage(res, productsPage(twin, store, search, id), appOrigin);
      return true;
    case "orders":
      sendPage(res, ordersPage(twin, store, id), appOrigin);
      return true;
    case "customers":
      sendPage(res, customersPage(twin, store, search, id), appOrigin);
      return true;
    default:
      throw new HttpError(404, `This admin has no page ${url.pathname}.`);
  }
}
