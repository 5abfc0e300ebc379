import { Icon } from "@shopify/polaris";
import { CheckIcon, ClipboardIcon } from "@shopify/polaris-icons";
import { useEffect, useRef, useState } from "react";
import { idTail } from "../format/ids.ts";

const confirmationMs = 2_000;

/**
 * Puts text on the clipboard. A frame may be denied the clipboard API, hence the older way as a
 * second one. Resolves to whether it worked.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "cv-hidden";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}

/** A button that copies, and says that it did. */
export function CopyButton(props: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState<"yes" | "no" | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );
  const copy = async () => {
    setCopied((await copyText(props.text)) ? "yes" : "no");
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setCopied(null);
    }, confirmationMs);
  };
  return (
    <button
      type="button"
      className="cv-copy"
      aria-label={props.label}
      title={props.label}
      onClick={() => void copy()}
    >
      <Icon source={copied === "yes" ? CheckIcon : ClipboardIcon} tone="subdued" />
      <span className="cv-hidden" role="status">
        {copied === "yes" ? "Copied" : copied === "no" ? "Could not copy" : ""}
      </span>
    </button>
  );
}

/** The tail of an id with a button that copies the whole; `whole` shows all of it. */
export function CopyableId(props: {
  readonly value: string;
  readonly label: string;
  readonly whole?: boolean;
}) {
  return (
    <span className="cv-id">
      <code title={props.value}>{props.whole === true ? props.value : idTail(props.value)}</code>
      <CopyButton text={props.value} label={`Copy ${props.label}`} />
    </span>
  );
}
