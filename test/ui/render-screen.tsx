import { RemixServer } from "@remix-run/react";
import { AppProvider } from "@shopify/polaris";
import polarisWords from "@shopify/polaris/locales/en.json" with { type: "json" };
import type { ComponentProps, ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { ScreenClock } from "#app/ui/kit/clock.tsx";

/** The moment at which the data of a rendered screen was read. */
export const loadedAt = "2026-04-10T14:05:09.123Z";

/**
 * What the server sends for a piece of a screen: inside the router, the Polaris frame and the
 * screen's clock, all of them the real ones.
 */
export function renderScreen(piece: ReactNode, timeZone = "UTC"): string {
  const route = { id: "root", path: "" };
  const context = {
    manifest: {
      version: "test",
      url: "",
      entry: { module: "", imports: [] },
      routes: { root: { ...route, module: "", hasLoader: false, hasAction: false } },
    },
    routeModules: { root: { default: () => <Frame timeZone={timeZone}>{piece}</Frame> } },
    future: {},
    isSpaMode: false,
    staticHandlerContext: {
      basename: "/",
      location: { pathname: "/", search: "", hash: "", state: null, key: "default" },
      matches: [{ params: {}, pathname: "/", pathnameBase: "/", route }],
      loaderData: {},
      actionData: null,
      errors: null,
      statusCode: 200,
      loaderHeaders: {},
      actionHeaders: {},
      activeDeferreds: null,
    },
  };
  // Remix fills in a good deal more for a whole document; a piece of a screen reads only this.
  const entry = context as unknown as ComponentProps<typeof RemixServer>["context"];
  return renderToStaticMarkup(<RemixServer context={entry} url="http://app.invalid/" />);
}

function Frame(props: { readonly timeZone: string; readonly children: ReactNode }) {
  return (
    <AppProvider i18n={polarisWords}>
      <ScreenClock loadedMs={Date.parse(loadedAt)} timeZone={props.timeZone}>
        {props.children}
      </ScreenClock>
    </AppProvider>
  );
}

/** The words of a piece of markup, without its tags. */
export function wordsOf(markup: string): string {
  return markup
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
