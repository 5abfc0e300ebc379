import { useFetcher, useNavigate } from "@remix-run/react";
import { useState } from "react";
import { defaultPoolLocation } from "#app/coordination/types.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Select, TextField } from "#app/ui/kit/fields.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Stack } from "#app/ui/kit/section.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { CountNews } from "./counting.server.ts";

/** Asks how many units of an article are on the shelf, and opens the article afterwards. */
export function CountModal(props: {
  /** What is counted, and of which pool location; null: both are asked for. */
  readonly article: { readonly sku: string; readonly poolLocationId: string } | null;
  /** Where the group keeps stock. */
  readonly poolLocations: readonly { readonly id: string; readonly name: string }[];
  readonly onHide: () => void;
}) {
  const fetcher = useFetcher<ActionOutcome<CountNews>>();
  const navigate = useNavigate();
  const { article, poolLocations } = props;
  const [sku, setSku] = useState(article?.sku ?? "");
  const [place, setPlace] = useState(article?.poolLocationId ?? defaultPoolLocation);
  const [units, setUnits] = useState("");
  const { data } = fetcher;
  useOutcomeToast(data, () => {
    props.onHide();
    if (article === null && data?.ok === true) navigate(`/app/inventory/${data.poolId}`);
  });
  // Without a field for it, what is wrong with the article stands above.
  const hidden = article === null ? undefined : errorOf(data, "sku");
  const asksForPlace = article === null && poolLocations.length > 1;
  const error =
    errorOf(data, "") ?? hidden ?? (asksForPlace ? undefined : errorOf(data, "poolLocation"));
  return (
    <Modal
      heading={article === null ? "Count an article" : `Count ${article.sku}`}
      open
      onHide={props.onHide}
      primaryAction={{
        content: "Save count",
        loading: fetcher.state !== "idle",
        onClick: () => {
          const counted = { intent: "count", sku, poolLocation: place, units };
          fetcher.submit(counted, { method: "post" });
        },
      }}
    >
      <Stack>
        {error !== undefined && <Banner tone="critical" heading={error} />}
        {article === null && (
          <TextField
            label="SKU"
            value={sku}
            maxLength={255}
            error={errorOf(data, "sku")}
            onChange={setSku}
          />
        )}
        {asksForPlace && (
          <Select
            label="Pool location"
            value={place}
            options={poolLocations.map(({ id, name }) => ({ value: id, label: name }))}
            error={errorOf(data, "poolLocation")}
            onChange={setPlace}
          />
        )}
        <TextField
          label="Units on the shelf"
          type="number"
          least={0}
          value={units}
          error={errorOf(data, "units")}
          help={
            poolLocations.length > 1
              ? "All there are at this pool location for the stores of the group together, those that wait to be shipped included. Open orders are taken off."
              : "All there are for the stores of the group together, those that wait to be shipped included. Open orders are taken off."
          }
          onChange={setUnits}
        />
      </Stack>
    </Modal>
  );
}
