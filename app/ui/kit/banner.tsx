import { Banner as PolarisBanner } from "@shopify/polaris";
import type { ReactNode } from "react";
import type { Tone } from "../words.ts";
import type { Action } from "./button.tsx";
import { given } from "./given.ts";

const polarisTones = {
  neutral: "info",
  info: "info",
  success: "success",
  caution: "warning",
  critical: "critical",
} as const;

/** One or two sentences on top of what they are about, saying how to mend it; at most one action. */
export function Banner(props: {
  readonly tone: Tone;
  readonly heading: string;
  readonly action?: Action | undefined;
  readonly onDismiss?: (() => void) | undefined;
  readonly children?: ReactNode;
}) {
  const { action } = props;
  return (
    <PolarisBanner
      tone={polarisTones[props.tone]}
      title={props.heading}
      {...given({
        onDismiss: props.onDismiss,
        action: action && {
          content: action.content,
          ...given({ url: action.to, onAction: action.onClick, loading: action.loading }),
        },
      })}
    >
      {props.children}
    </PolarisBanner>
  );
}
