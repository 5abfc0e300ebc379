import { CopyButton } from "./copyable.tsx";

/** Text as it came, big numbers untouched, in a box that scrolls by itself. */
export function CodeView(props: {
  readonly text: string;
  readonly label: string;
  readonly wrap?: boolean;
}) {
  return (
    <div className="cv-code">
      <pre
        className={props.wrap === true ? "cv-code__text cv-code__text--wrap" : "cv-code__text"}
        role="region"
        aria-label={props.label}
        // A box that scrolls has to be reachable by keyboard.
        tabIndex={0}
      >
        {props.text}
      </pre>
      <div className="cv-code__copy">
        <CopyButton text={props.text} label={`Copy ${props.label}`} />
      </div>
    </div>
  );
}
