import { Link as RemixLink } from "@remix-run/react";
import type { ReactNode } from "react";

/** A link inside the app. `plain` takes the colour of the text around it until it is pointed at. */
export function Link(props: {
  readonly to: string;
  readonly plain?: boolean;
  readonly keepScroll?: boolean;
  readonly accessibilityLabel?: string;
  readonly children: ReactNode;
}) {
  return (
    <RemixLink
      to={props.to}
      preventScrollReset={props.keepScroll === true}
      className={props.plain === true ? "cv-link cv-link--plain" : "cv-link"}
      {...(props.accessibilityLabel === undefined
        ? {}
        : { "aria-label": props.accessibilityLabel })}
    >
      {props.children}
    </RemixLink>
  );
}
