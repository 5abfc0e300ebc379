import { Modal as PolarisModal } from "@shopify/polaris";
import { useEffect, useRef } from "react";
import type { ReactNode, RefObject } from "react";
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
  const opener = useOpener(open);
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
      <ReturnFocus opener={opener} />
    </PolarisModal>
  );
}

/**
 * What was pressed last before the question came up. Not what had the focus: Polaris takes it from a
 * button that is clicked.
 */
function useOpener(open: boolean): RefObject<Element | null> {
  const opener = useRef<Element | null>(null);
  useEffect(() => {
    if (open) return;
    const note = ({ target }: MouseEvent) => {
      opener.current = target instanceof Element ? target.closest("button, a, input") : null;
    };
    document.addEventListener("click", note, true);
    return () => {
      document.removeEventListener("click", note, true);
    };
  }, [open]);
  return opener;
}

/** Stands in the dialog and leaves with it: until it is gone, the dialog keeps the focus to itself. */
function ReturnFocus({ opener }: { readonly opener: RefObject<Element | null> }) {
  useEffect(() => {
    const element = opener.current;
    return () => {
      if (element instanceof HTMLElement && element.isConnected) element.focus();
    };
  }, [opener]);
  return null;
}
