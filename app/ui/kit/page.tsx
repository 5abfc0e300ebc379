import { Page as PolarisPage } from "@shopify/polaris";
import type { ReactNode } from "react";
import "../ui.css";
import type { Action } from "./button.tsx";
import { ScreenClock } from "./clock.tsx";
import { given } from "./given.ts";

/**
 * One screen: its heading, its actions and its clock. `large` uses the whole width and is for
 * tables only.
 */
export function Page(props: {
  readonly heading: string;
  readonly subheading?: string | undefined;
  readonly badge?: ReactNode;
  readonly back?: { readonly content: string; readonly to: string } | undefined;
  readonly inlineSize?: "base" | "small" | "large";
  readonly primaryAction?: Action | undefined;
  readonly secondaryActions?: readonly Action[] | undefined;
  /** The server's clock when the data was read, in milliseconds. */
  readonly loadedMs: number;
  readonly timeZone: string | null;
  readonly children: ReactNode;
}) {
  const back = props.back && { content: props.back.content, url: props.back.to };
  return (
    <ScreenClock loadedMs={props.loadedMs} timeZone={props.timeZone}>
      <PolarisPage
        title={props.heading}
        fullWidth={props.inlineSize === "large"}
        narrowWidth={props.inlineSize === "small"}
        {...given({
          subtitle: props.subheading,
          titleMetadata: props.badge,
          backAction: back,
          primaryAction: props.primaryAction && asPolarisAction(props.primaryAction),
          secondaryActions: props.secondaryActions?.map(asPolarisAction),
        })}
      >
        <div className="cv-page">{props.children}</div>
      </PolarisPage>
    </ScreenClock>
  );
}

/** Two thirds of content and one third beside it; one below the other on a phone. */
export function Columns(props: { readonly main: ReactNode; readonly side: ReactNode }) {
  return (
    <div className="cv-columns">
      <div className="cv-column">{props.main}</div>
      <div className="cv-column">{props.side}</div>
    </div>
  );
}

function asPolarisAction(action: Action) {
  return {
    content: action.content,
    ...given({
      url: action.to,
      onAction: action.onClick,
      loading: action.loading,
      disabled: action.disabled,
      destructive: action.tone === "critical" ? true : undefined,
    }),
  };
}
