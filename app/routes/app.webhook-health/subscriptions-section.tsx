import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import type { TopicView } from "#app/subscriptions/types.ts";
import { countOf } from "#app/ui/format/number.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { type Column, Table } from "#app/ui/kit/table.tsx";
import { TableBar } from "#app/ui/kit/table-tools.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import { topicWord } from "#app/ui/words.ts";
import { subscriptionColumns } from "./subscription-columns.tsx";
import type { Subscriptions } from "./subscriptions.presenter.server.ts";

/** Whether Shopify still tells what it was asked to tell; what is wrong stands first. */
export function SubscriptionsSection({ rows, expected }: Pick<Subscriptions, "rows" | "expected">) {
  const fetcher = useFetcher<ActionOutcome>();
  const [all, setAll] = useState(false);
  useOutcomeToast(fetcher.data);
  const doing = fetcher.state === "idle" ? null : fetcher.formData;
  const troubled = rows.filter((row) => row.state !== "active");
  const error = errorOf(fetcher.data, "");
  const columns = subscriptionColumns(expected, {
    busy: doing !== null,
    repairing: doing?.get("topic") ?? null,
    onRepair: (topic) => {
      fetcher.submit({ intent: "repair", topic }, { method: "post" });
    },
  });
  const check = () => {
    fetcher.submit({ intent: "check" }, { method: "post" });
  };
  return (
    <Section
      heading="Subscriptions"
      description="What Converge asked Shopify to tell. A declared subscription is not listed by Shopify: that it is gone shows when changes happen and nobody tells. A substitute then tells in its place."
      accessory={
        <Button
          loading={doing?.get("intent") === "check"}
          disabled={doing !== null}
          onClick={check}
        >
          Check now
        </Button>
      }
      padding="none"
    >
      {error !== undefined && <Banner tone="critical" heading={error} />}
      {rows.length > 0 && (
        <TableBar
          start={<Summary rows={rows} troubled={troubled.length} />}
          end={<ShowAll all={all} count={rows.length} onChange={setAll} />}
        />
      )}
      <Rows rows={all ? rows : troubled} checked={rows.length > 0} columns={columns} />
    </Section>
  );
}

function Rows(props: {
  readonly rows: readonly TopicView[];
  readonly checked: boolean;
  readonly columns: readonly Column<TopicView>[];
}) {
  if (props.checked && props.rows.length === 0) return null;
  return (
    <Table
      caption="Subscriptions, those in trouble first"
      columns={props.columns}
      rows={props.rows}
      keyOf={(row) => row.topic}
      empty={
        <EmptyState kind="nothing" heading="Not checked yet">
          The first check runs right after the installation, then one every ten minutes.
        </EmptyState>
      }
    />
  );
}

function Summary(props: { readonly rows: readonly TopicView[]; readonly troubled: number }) {
  const { rows, troubled } = props;
  const [first] = rows;
  return (
    <>
      {troubled === 0 ? (
        <Badge tone="success">{`All ${String(rows.length)} active`}</Badge>
      ) : (
        `${String(rows.length - troubled)} of ${countOf(rows.length, "subscription")} active`
      )}{" "}
      {first !== undefined && (
        <span className="cv-subdued">
          Checked <RelativeTime at={first.checkedAt} />
        </span>
      )}
    </>
  );
}

function ShowAll(props: {
  readonly all: boolean;
  readonly count: number;
  readonly onChange: (all: boolean) => void;
}) {
  return (
    <Button
      variant="plain"
      expanded={props.all}
      onClick={() => {
        props.onChange(!props.all);
      }}
    >
      {props.all ? "Show only trouble" : `Show all ${String(props.count)}`}
    </Button>
  );
}

/** On top of the page while Shopify does not tell of something. */
export function SilenceBanner({ rows }: Pick<Subscriptions, "rows">) {
  const silent = rows.filter((row) => row.state === "removed" || row.state === "missing");
  const [first] = silent;
  if (first === undefined) return null;
  const others = silent.length > 1 ? ` and ${countOf(silent.length - 1, "other")}` : "";
  return (
    <Banner
      tone="critical"
      heading={`Shopify does not tell of: ${topicWord(first.topic)}${others}`}
    >
      Nothing is lost: catch-up reads find these changes, and a substitute tells where Shopify
      allows one. Ask whoever runs Converge to publish the app’s configuration again (shopify app
      deploy).
    </Banner>
  );
}
