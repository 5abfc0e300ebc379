import { useNavigate } from "@remix-run/react";
import { dataDomains } from "#app/data-domains.ts";
import type { DiscrepancyStatus } from "#app/discrepancies/types.ts";
import { countOf, formatCappedCount } from "#app/ui/format/number.ts";
import { Button } from "#app/ui/kit/button.tsx";
import { Select } from "#app/ui/kit/fields.tsx";
import { type LiveRefresh, UpdatedNote } from "#app/ui/kit/live.tsx";
import { TableBar } from "#app/ui/kit/table-tools.tsx";
import { domainWords } from "#app/ui/words.ts";
import type { OpenCount } from "./decide-modal.tsx";
import { discrepanciesHref, type DiscrepancyScope, readScope } from "./form.ts";

const any = "";

const domainOptions = [
  { label: "All data", value: any },
  ...dataDomains.map((value) => ({ label: domainWords[value], value })),
];

/** What the list is narrowed to; every choice goes into the URL at once. */
export function ScopeFilters(props: {
  readonly status: DiscrepancyStatus;
  readonly scope: DiscrepancyScope;
  readonly systems: readonly { readonly id: string; readonly name: string }[];
}) {
  const { status, scope, systems } = props;
  const navigate = useNavigate();
  const go = (change: Readonly<Record<string, string>>) => {
    const wanted = { domain: scope.domain, system: scope.system, ...change };
    const next = readScope((name) => wanted[name as keyof typeof wanted]);
    navigate(discrepanciesHref({ status, scope: next }), { preventScrollReset: true });
  };
  return (
    <div className="cv-filter-row">
      <Select
        label="Data"
        labelHidden
        options={domainOptions}
        value={scope.domain ?? any}
        onChange={(domain) => {
          go({ domain });
        }}
      />
      <Select
        label="System"
        labelHidden
        options={[
          { label: "All systems", value: any },
          ...systems.map(({ id, name }) => ({ label: name, value: id })),
        ]}
        value={scope.system ?? any}
        onChange={(system) => {
          go({ system });
        }}
      />
    </div>
  );
}

/** How many rows are chosen, and what can be done with them, or with all. */
export function DecisionBar(props: {
  readonly live: LiveRefresh;
  readonly selected: number;
  /** Of what is shown. */
  readonly open: OpenCount;
  readonly busy: boolean;
  readonly onDecide: (about: "selected" | "all", how: "owner" | "ignore") => void;
}) {
  const { selected, open, busy, onDecide } = props;
  const about = selected === 0 ? "all" : "selected";
  const what =
    selected === 0
      ? `all ${formatCappedCount(open.count, open.capped)}`
      : `${String(selected)} selected`;
  return (
    <TableBar
      start={
        selected === 0 ? (
          <UpdatedNote reachable={props.live.reachable} onRefresh={props.live.refresh} />
        ) : (
          <span role="status">{countOf(selected, "row")} selected</span>
        )
      }
      end={
        <>
          <Button
            disabled={busy || open.count === 0}
            onClick={() => {
              onDecide(about, "owner");
            }}
          >
            {`Settle ${what}`}
          </Button>
          <Button
            disabled={busy || open.count === 0}
            onClick={() => {
              onDecide(about, "ignore");
            }}
          >
            {`Ignore ${what}`}
          </Button>
        </>
      }
    />
  );
}
