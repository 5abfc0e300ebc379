import type { HeadersFunction, LoaderFunctionArgs } from "@remix-run/node";
import {
  isRouteErrorResponse,
  Outlet,
  useLoaderData,
  useRevalidator,
  useRouteError,
} from "@remix-run/react";
import { AppProvider } from "@shopify/shopify-app-remix/react";
import { boundary } from "@shopify/shopify-app-remix/server";

/** The frame of every embedded page: lets the merchant in, shows the menu, catches what fails. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await context.shopify.authenticate.admin(request);
  return { apiKey: context.shopify.appBridge.apiKey };
}

export default function App() {
  const { apiKey } = useLoaderData<typeof loader>();
  return (
    // The document's head has App Bridge already, where Shopify wants it.
    <AppProvider isEmbeddedApp={false} apiKey={apiKey}>
      <Menu />
      <Outlet />
    </AppProvider>
  );
}

/** Appears in the Shopify admin's own navigation, under the app's name. */
function Menu() {
  return (
    <ui-nav-menu>
      <a href="/app" rel="home">
        Overview
      </a>
      <a href="/app/freshness">Freshness</a>
      <a href="/app/alerts">Alerts</a>
      <a href="/app/events">Events</a>
      <a href="/app/dead-letters">Dead letters</a>
      <a href="/app/discrepancies">Discrepancies</a>
      <a href="/app/webhook-health">Webhook health</a>
      <a href="/app/inventory">Inventory</a>
      <a href="/app/reconciliation">Reconciliation</a>
      <a href="/app/systems">Systems</a>
      <a href="/app/ownership">Ownership</a>
      <a href="/app/store">Store</a>
    </ui-nav-menu>
  );
}

/** A page that failed: what that means for the merchant, a way to try again, and the menu. */

export function ErrorBoundary() {
  const error = useRouteError();
  const { revalidate, state } = useRevalidator();
  if (isRouteErrorResponse(error) && error.status === 200) {
    // Only the library throws a page that is no error: one that makes App Bridge go elsewhere.
    return <div dangerouslySetInnerHTML={{ __html: String(error.data) }} />;
  }
  const { title, advice } = explain(error);
  return (
    <main
      style={{ maxWidth: "36rem", margin: "12vh auto 0", padding: "0 1.5rem", lineHeight: 1.5 }}
    >
      <Menu />
      <h1 style={{ fontSize: "1.25rem", fontWeight: 650 }}>{title}</h1>
      <p style={{ margin: "0.75rem 0 1.25rem" }}>{advice}</p>
      <button
        type="button"
        disabled={state === "loading"}
        // Through App Bridge with a fresh session token; a reload of the frame would have none.
        onClick={() => {
          revalidate();
        }}
      >
        {state === "loading" ? "Trying again…" : "Try again"}
      </button>
    </main>
  );
}

/** Carries what the library says to App Bridge (retry, open another page) to the browser. */
export const headers: HeadersFunction = (args) => boundary.headers(args);

function explain(error: unknown): { title: string; advice: string } {
  const status = isRouteErrorResponse(error) ? error.status : 500;
  if (status === 404)
    return {
      title: "There is no such page",
      advice: "It may have been removed, or the address is not complete.",
    };
  if (status === 401)
    return {
      title: "Your Shopify session has ended",
      advice: "Try again; if this stays, close Converge and open it from your Shopify admin.",
    };
  if (status === 503)
    return {
      title: "Shopify did not answer",
      advice: "Nothing is lost: Converge goes on with its work as soon as Shopify is back.",
    };
  return {
    title: "This page could not be shown",
    advice: "The problem was written down. Changes from your store are still being received.",
  };
}
