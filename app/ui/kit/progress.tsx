import { ProgressBar as PolarisProgressBar } from "@shopify/polaris";
import { useId } from "react";

/** How far something has come; `label` says of what, for those who hear it. */
export function Progress(props: {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly tone?: "success" | undefined;
}) {
  const id = useId();
  const percent = props.total === 0 ? 100 : (props.done / props.total) * 100;
  return (
    <>
      <span id={id} className="cv-hidden">
        {props.label}
      </span>
      <PolarisProgressBar
        ariaLabelledBy={id}
        progress={percent}
        size="small"
        tone={props.tone ?? "highlight"}
      />
    </>
  );
}
