import { Card, Text } from "@shopify/polaris";
import { useId, useState } from "react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

/** A card with a heading. `padding="none"` lets a table reach the card's edges. */
export function Section(props: {
  readonly heading?: string | undefined;
  readonly description?: ReactNode;
  /** Stands at the right of the heading. */
  readonly accessory?: ReactNode;
  readonly padding?: "base" | "none";
  readonly children: ReactNode;
}) {
  const id = useId();
  const bare = props.padding === "none";
  const head = props.heading !== undefined && (
    <div className={bare ? "cv-section__head cv-section__head--inset" : "cv-section__head"}>
      <div>
        <Text as="h2" variant="headingMd" id={id}>
          {props.heading}
        </Text>
        {props.description !== undefined && (
          <div className="cv-subdued cv-section__description">{props.description}</div>
        )}
      </div>
      {props.accessory}
    </div>
  );
  return (
    <section aria-labelledby={props.heading === undefined ? undefined : id}>
      <Card padding={bare ? "0" : "400"}>
        {head}
        {props.children}
      </Card>
    </section>
  );
}

/** A section that is closed until it is asked for, and open as soon as something in it is `wrong`. */
export function FoldedSection(props: {
  readonly heading: string;
  /** What is in it, for who does not open it. */
  readonly summary: string;
  readonly wrong: boolean;
  readonly children: ReactNode;
}) {
  const [asked, setAsked] = useState(false);
  const open = asked || props.wrong;
  return (
    <Section
      heading={props.heading}
      description={props.summary}
      accessory={
        <Button
          expanded={open}
          onClick={() => {
            setAsked(!open);
          }}
        >
          {open ? "Hide" : "Show"}
        </Button>
      }
    >
      {open && <Stack gap={4}>{props.children}</Stack>}
    </Section>
  );
}

/** Things below each other, `gap` in quarters of 16 px. */
export function Stack(props: { readonly gap?: 1 | 2 | 3 | 4 | 5; readonly children: ReactNode }) {
  return <div className={`cv-stack cv-gap-${String(props.gap ?? 3)}`}>{props.children}</div>;
}

/** Things beside each other, wrapping where there is no room. */
export function Inline(props: {
  readonly gap?: 1 | 2 | 3 | 4 | 5;
  readonly align?: "start" | "end" | "between";
  readonly children: ReactNode;
}) {
  const classes = `cv-inline cv-gap-${String(props.gap ?? 2)} cv-inline--${props.align ?? "start"}`;
  return <div className={classes}>{props.children}</div>;
}

/** A paragraph; `subdued` for what is said beside the main thing. */
export function Paragraph(props: {
  readonly tone?: "base" | "subdued" | "critical" | undefined;
  readonly children: ReactNode;
}) {
  const tones = { subdued: "subdued", critical: "critical" } as const;
  const tone = props.tone === undefined || props.tone === "base" ? undefined : tones[props.tone];
  return (
    <Text as="p" {...(tone ? { tone } : {})}>
      {props.children}
    </Text>
  );
}

/** Names and values in two columns: the facts beside a page's main content. */
export function Facts(props: {
  readonly items: readonly { readonly term: string; readonly value: ReactNode }[];
}) {
  return (
    <dl className="cv-facts">
      {props.items.map((item) => (
        <div key={item.term} className="cv-facts__item">
          <dt>{item.term}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
