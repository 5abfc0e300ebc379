import { isRouteErrorResponse, useRouteError } from "@remix-run/react";
import type { ReactNode } from "react";
import type { Action } from "./button.tsx";
import { EmptyState } from "./empty-state.tsx";
import { Page } from "./page.tsx";
import { Section } from "./section.tsx";

/** The error page of a route whose subject may be gone: explains a 404, leaves all else to the layout. */
export function MissingPage(props: {
  readonly heading: string;
  readonly back: Required<Pick<Action, "content" | "to">>;
  readonly children: ReactNode;
}) {
  const error = useRouteError();
  if (!isRouteErrorResponse(error) || error.status !== 404) throw error;
  const { content, to } = props.back;
  return (
    <Page heading={content} loadedMs={0} timeZone={null}>
      <Section>
        <EmptyState
          kind="search"
          heading={props.heading}
          action={{ content: `Back to ${content.toLowerCase()}`, to }}
        >
          {props.children}
        </EmptyState>
      </Section>
    </Page>
  );
}
