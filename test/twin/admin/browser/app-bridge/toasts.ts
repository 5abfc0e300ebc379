import type { Connection } from "./connection.ts";

/** Options of `shopify.toast.show`. */
export interface ToastOptions {
  /** Milliseconds. */
  duration?: number;
  isError?: boolean;
  action?: string;
  onAction?: () => void;
  onDismiss?: () => void;
}

/** Shopify's own default, in milliseconds. */
const DEFAULT_DURATION_MS = 5_000;

/** `shopify.toast`: messages the admin shows below the frame. */
export function createToasts(connection: Connection) {
  const open = new Map<string, ToastOptions>();
  let count = 0;
  connection.on("toastAction", ({ id }) => open.get(id)?.onAction?.());
  connection.on("toastDismissed", ({ id }) => {
    open.get(id)?.onDismiss?.();
    open.delete(id);
  });
  return {
    /** Shows a message and returns its id. */
    show(message: string, options: ToastOptions = {}): string {
      count += 1;
      const id = `toast-${count}`;
      open.set(id, options);
      connection.send("toast", {
        id,
        message,
        isError: options.isError ?? false,
        durationMs: options.duration ?? DEFAULT_DURATION_MS,
        action: options.action ?? null,
      });
      return id;
    },
    /** Takes a message away before its time. */
    hide(id: string): void {
      connection.send("hideToast", { id });
    },
  };
}
