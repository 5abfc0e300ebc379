/** The admin around an app's frame: what runs in the outer window. */
import { adminRestOf } from "../../launch-parameters.ts";
import { openNavigation } from "../menu/navigation.ts";
import type { AppEvents } from "../protocol.ts";
import { createAppLine } from "./app-line.ts";
import { confirmWithMerchant } from "./confirm.ts";
import { createLoadingBar } from "./loading-bar.ts";
import { createSaveBarView } from "./save-bar-view.ts";
import { createToastView } from "./toast-view.ts";

/** Written into the page by the server. */
interface ShellConfig {
  appOrigin: string;
  handle: string;
  shop: string;
  /** `/store/north/apps/converge` */
  appPath: string;
  appName: string;
  storeName: string;
}

/** The element with this id, which the server's page always has. */
function part<Part extends HTMLElement = HTMLElement>(id: string): Part {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the admin page has no #${id}`);
  return found as Part;
}

const config = JSON.parse(part("shell-config").textContent) as ShellConfig;
const frame = part<HTMLIFrameElement>("app-frame");
const line = createAppLine(frame, config.appOrigin);
const loadingBar = createLoadingBar(part("loading-bar"));
const toasts = createToastView(part("toasts"), line);
const saveBar = createSaveBarView(part("save-bar"), (key) => line.send("barAction", { key }));
let links: AppEvents["navigation"]["links"] = [];

async function mayLeave(): Promise<boolean> {
  if (!saveBar.isShown()) return true;
  return await confirmWithMerchant({
    heading: "Leave page with unsaved changes?",
    text: "Leaving this page will delete all unsaved changes.",
    confirm: "Leave page",
    critical: true,
  });
}

function markCurrent(): void {
  const path = location.pathname.slice(config.appPath.length);
  const rests = links.map((link) => adminRestOf(link.path).split("?")[0] ?? "");
  const current = rests
    .map((rest, index) => ({ rest, index }))
    .filter(({ rest }) => path === rest || path.startsWith(`${rest}/`))
    .sort((a, b) => b.rest.length - a.rest.length)[0];
  part("app-links")
    .querySelectorAll("a")
    .forEach((anchor, index) => {
      if (index === current?.index) anchor.setAttribute("aria-current", "page");
      else anchor.removeAttribute("aria-current");
    });
}

function showNavigation(): void {
  const items = links.map((link) => {
    const anchor = document.createElement("a");
    anchor.textContent = link.label;
    anchor.href = config.appPath + adminRestOf(link.path);
    anchor.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      void mayLeave().then((may) => {
        if (!may) return;
        saveBar.hide();
        document.body.classList.remove("navigation-open");
        line.send("navigate", { path: link.path });
      });
    });
    const item = document.createElement("li");
    item.append(anchor);
    return item;
  });
  part("app-links").replaceChildren(...items);
  markCurrent();
}

function showTitleBar(bar: AppEvents["titleBar"]): void {
  part("page-title").textContent = bar?.title ?? "";
  document.title = [bar?.title, config.appName, config.storeName].filter(Boolean).join(" · ");
  const buttons = (bar?.actions ?? []).map((action) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action.label;
    button.disabled = action.disabled || action.loading;
    button.classList.toggle("primary", action.primary);
    button.classList.toggle("critical", action.critical);
    button.addEventListener("click", () => line.send("barAction", { key: action.key }));
    return button;
  });
  part("page-actions").replaceChildren(...buttons);
}

/** Addresses of Shopify's admin, in each form an app may use, become pages of this one. */
function adminAddress(url: string): string {
  const path =
    /^shopify:\/*admin\/?(.*)$/.exec(url)?.[1] ??
    /^https:\/\/admin\.shopify\.com\/store\/[^/]+\/?(.*)$/.exec(url)?.[1] ??
    /^https:\/\/[a-z0-9-]+\.myshopify\.com\/admin\/?(.*)$/.exec(url)?.[1];
  return path === undefined ? url : `/store/${config.handle}/${path}`;
}

line.on("location", ({ path }) => {
  loadingBar.set(false);
  history.replaceState(null, "", config.appPath + adminRestOf(path));
  markCurrent();
});
line.on("loading", ({ on }) => loadingBar.set(on));
line.on("toast", (toast) => toasts.show(toast));
line.on("hideToast", ({ id }) => toasts.hide(id));
line.on("navigation", (message) => {
  links = message.links;
  showNavigation();
});
line.on("titleBar", showTitleBar);
line.on("saveBar", (bar) => (bar ? saveBar.show(bar) : saveBar.hide()));
line.on("redirect", ({ url, newTab }) => {
  if (newTab) window.open(adminAddress(url), "_blank", "noopener");
  else location.assign(adminAddress(url));
});
line.answer("idToken", async () => {
  const response = await fetch(`/store/${config.handle}/session-token`);
  if (!response.ok) throw new Error(`the admin gives no session token: ${await response.text()}`);
  return ((await response.json()) as { token: string }).token;
});
line.answer("leaveConfirmation", async () => {
  if (!(await mayLeave())) throw new Error("the merchant stays on the page");
  return null;
});
line.answer("scopes", async (change) => {
  const asked = change.request.length > 0;
  const granted =
    asked &&
    (await confirmWithMerchant({
      heading: `${config.appName} asks for more access`,
      text: change.request.join(", "),
      confirm: "Update access",
      critical: false,
    }));
  const response = await fetch(`/store/${config.handle}/scopes`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(asked && !granted ? { request: [], revoke: [] } : change),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as { granted: string[]; required: string[]; optional: string[] };
});

frame.addEventListener("load", () => loadingBar.set(false));
window.addEventListener("beforeunload", (event) => {
  if (saveBar.isShown()) event.preventDefault();
});
openNavigation();
loadingBar.set(true);
frame.src = frame.dataset["src"] ?? "";
