import { useFetcher, useNavigate } from "@remix-run/react";
import { useState } from "react";
import { Banner } from "#app/ui/kit/banner.tsx";
import { TextField } from "#app/ui/kit/fields.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Stack } from "#app/ui/kit/section.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { CountNews } from "./counting.server.ts";

/** Asks how many units of an article are on the shelf, and opens the article afterwards. */
export function CountModal(props: {
  /** Null: the article is asked for too. */
  readonly sku: string | null;
  readonly onHide: () => void;
}) {
  const fetcher = useFetcher<ActionOutcome<CountNews>>();
  const navigate = useNavigate();
  const [sku, setSku] = useState(props.sku ?? "");
  const [units, setUnits] = useState("");
  const { data } = fetcher;
  useOutcomeToast(data, () => {
    props.onHide();
    if (props.sku === null && data?.ok === true) navigate(`/app/inventory/${data.poolId}`);
  });
  // Without a field for it, what is wrong with the article stands above.
  const error = errorOf(data, "") ?? (props.sku === null ? undefined : errorOf(data, "sku"));
  return (
    <Modal
      heading={props.sku === null ? "Count an article" : `Count ${props.sku}`}
      open
      onHide={props.onHide}
      primaryAction={{
        content: "Save count",
        loading: fetcher.state !== "idle",
        onClick: () => {
          fetcher.submit({ intent: "count", sku, units }, { method: "post" });
        },
      }}
    >
      <Stack>
        {error !== undefined && <Banner tone="critical" heading={error} />}
        {props.sku === null && (
          <TextField
            label="SKU"
            value={sku}
            maxLength={255}
            error={errorOf(data, "sku")}
            onChange={setSku}
          />
        )}
        <TextField
          label="Units on the shelf"
          type="number"
          least={0}
          value={units}
          error={errorOf(data, "units")}
          help="All there are for the stores of the group together, those that wait to be shipped included. Open orders are taken off."
          onChange={setUnits}
        />
      </Stack>
    </Modal>
  );
}
