import { Button as PolarisButton } from "@shopify/polaris";
import type { IconSource } from "@shopify/polaris";
import { given } from "./given.ts";

/** Something a person can do: go to `to`, or call `onClick`. */
export interface Action {
  readonly content: string;
  readonly to?: string | undefined;
  readonly onClick?: (() => void) | undefined;
  readonly tone?: "critical" | undefined;
  readonly loading?: boolean | undefined;
  readonly disabled?: boolean | undefined;
}

/** A button, or a link that looks like one when it has `to`. */
export function Button(props: {
  readonly children?: string;
  readonly variant?: "primary" | "secondary" | "tertiary" | "plain" | undefined;
  readonly tone?: "critical" | undefined;
  readonly size?: "slim" | "medium" | "large" | undefined;
  readonly icon?: IconSource | undefined;
  readonly loading?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  readonly submit?: boolean | undefined;
  readonly to?: string | undefined;
  readonly onClick?: (() => void) | undefined;
  readonly expanded?: boolean | undefined;
  readonly controls?: string | undefined;
  readonly pressed?: boolean | undefined;
  readonly accessibilityLabel?: string | undefined;
}) {
  return (
    <PolarisButton
      {...given({
        variant: props.variant === "secondary" ? undefined : props.variant,
        tone: props.tone,
        size: props.size,
        icon: props.icon,
        loading: props.loading,
        disabled: props.disabled,
        submit: props.submit,
        url: props.to,
        onClick: props.onClick,
        ariaExpanded: props.expanded,
        ariaControls: props.controls,
        pressed: props.pressed,
        accessibilityLabel: props.accessibilityLabel,
      })}
    >
      {props.children ?? ""}
    </PolarisButton>
  );
}
