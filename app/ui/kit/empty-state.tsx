import { Icon, Text } from "@shopify/polaris";
import { CheckCircleIcon, ListBulletedIcon, SearchIcon } from "@shopify/polaris-icons";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import type { Action } from "./button.tsx";

const icons = { nothing: ListBulletedIcon, search: SearchIcon, good: CheckCircleIcon } as const;

/** What stands where rows will be: nothing yet, nothing found, or nothing wrong. */
export function EmptyState(props: {
  readonly kind: keyof typeof icons;
  readonly heading: string;
  readonly action?: Action | undefined;
  /** Within a small section. */
  readonly slim?: boolean;
  readonly children?: ReactNode;
}) {
  const { action } = props;
  return (
    <div className={props.slim === true ? "cv-empty cv-empty--slim" : "cv-empty"}>
      <div className={`cv-empty__icon cv-empty__icon--${props.kind}`}>
        <Icon source={icons[props.kind]} />
      </div>
      <Text as="h3" variant="headingMd" alignment="center">
        {props.heading}
      </Text>
      {props.children !== undefined && <div className="cv-empty__text">{props.children}</div>}
      {action && (
        <Button to={action.to} onClick={action.onClick} loading={action.loading}>
          {action.content}
        </Button>
      )}
    </div>
  );
}
