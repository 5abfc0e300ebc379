import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import {
  isRouteErrorResponse,
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useRouteError,
  useRouteLoaderData,
} from "@remix-run/react";
import polarisStyles from "@shopify/polaris/build/esm/styles.css?url";
import type { PropsWithChildren } from "react";

export const links: LinksFunction = () => [
  { rel: "stylesheet", href: polarisStyles },
  { rel: "icon", type: "image/svg+xml", href: "/favicon.svg" },
];

export const meta: MetaFunction = () => [{ title: "Converge" }];

/** App Bridge belongs to pages inside the Shopify admin; outside of it, it would only complain. */
export function loader({ request, context }: LoaderFunctionArgs) {
  const { pathname } = new URL(request.url);
  const embedded = pathname === "/app" || pathname.startsWith("/app/");
  return { appBridge: embedded ? context.shopify.appBridge : null };
}

/** Nothing here changes while a tab is open. */
export const shouldRevalidate = () => false;

/** The document around every page, error pages included. */
export function Layout({ children }: PropsWithChildren) {
  const data = useRouteLoaderData<typeof loader>("root");
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        {data?.appBridge ? (
          <script src={data.appBridge.url} data-api-key={data.appBridge.apiKey} />
        ) : null}
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <ScrollRestoration />
        <Scripts />
      </body>
    </html>
  );
}

export default function Root() {
  return <Outlet />;
}

/** Outside of the app's own pages: a wrong address, or a failure before any page was chosen. */
export function ErrorBoundary() {
  const error = useRouteError();
  const missing = isRouteErrorResponse(error) && error.status === 404;
  return (
    <main
      style={{ maxWidth: "36rem", margin: "15vh auto 0", padding: "0 1.5rem", lineHeight: 1.5 }}
    >
      <h1 style={{ fontSize: "1.25rem", fontWeight: 650 }}>
        {missing ? "There is no such page" : "This page could not be shown"}
      </h1>
      <p style={{ marginTop: "0.75rem" }}>
        {missing
          ? "To open Converge, go to your Shopify admin and choose Apps, then Converge."
          : "The problem was written down. Try again in a moment."}
      </p>
    </main>
  );
}
