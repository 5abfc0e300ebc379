import { Icon } from "@shopify/polaris";
import { CheckCircleIcon, MinusCircleIcon } from "@shopify/polaris-icons";
import { Button } from "./button.tsx";
import type { Action } from "./button.tsx";
import { Section } from "./section.tsx";

/** One thing to do before the app is of use. */
export interface SetupStep {
  readonly title: string;
  readonly text: string;
  readonly done: boolean;
  readonly action?: Action;
}

/** What is left to do, with what is done ticked off. */
export function SetupGuide(props: {
  readonly heading: string;
  readonly steps: readonly SetupStep[];
  /** Puts the guide away. */
  readonly dismiss: Action;
}) {
  const done = props.steps.filter((step) => step.done).length;
  return (
    <Section
      heading={props.heading}
      description={`${String(done)} of ${String(props.steps.length)} done`}
      accessory={
        <Button variant="tertiary" onClick={props.dismiss.onClick} loading={props.dismiss.loading}>
          {props.dismiss.content}
        </Button>
      }
    >
      <ol className="cv-steps">
        {props.steps.map((step) => (
          <li
            key={step.title}
            className={step.done ? "cv-steps__item cv-steps__item--done" : "cv-steps__item"}
          >
            <Icon
              source={step.done ? CheckCircleIcon : MinusCircleIcon}
              tone={step.done ? "success" : "subdued"}
              accessibilityLabel={step.done ? "Done" : "To do"}
            />
            <div className="cv-steps__text">
              <div className="cv-steps__title">{step.title}</div>
              {!step.done && <div className="cv-subdued">{step.text}</div>}
            </div>
            {!step.done && step.action && (
              <Button to={step.action.to} onClick={step.action.onClick}>
                {step.action.content}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}
