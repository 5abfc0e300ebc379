import { Modal as PolarisModal } from "@shopify/polaris";
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import type { Action } from "./button.tsx";
import { given } from "./given.ts";

/** A question that has to be answered first. The focus goes back to where it was opened from. */
export function Modal(props: {
  readonly heading: string;
  readonly open: boolean;
  readonly onHide: () => void;
  readonly primaryAction: Action;
  readonly cancel?: string;
  readonly children: ReactNode;
}) {
  const { open, primaryAction: action } = props;
  useReturnFocus(open);
  return (
    <PolarisModal
      open={open}
      title={props.heading}
      onClose={props.onHide}
      primaryAction={{
        content: action.content,
        ...given({
          onAction: action.onClick,
          loading: action.loading,
          disabled: action.disabled,
          destructive: action.tone === "critical" ? true : undefined,
        }),
      }}
      secondaryActions={[{ content: props.cancel ?? "Cancel", onAction: props.onHide }]}
    >
      <PolarisModal.Section>{props.children}</PolarisModal.Section>
    </PolarisModal>
  );
}

function useReturnFocus(open: boolean): void {
  const opener = useRef<Element | null>(null);
  useEffect(() => {
    if (open) {
      opener.current = document.activeElement;
      return;
    }
    const element = opener.current;
    opener.current = null;
    if (element instanceof HTMLElement && element.isConnected) element.focus();
  }, [open]);
}
