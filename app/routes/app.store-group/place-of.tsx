import { defaultPoolLocation, type PoolLocationView, whereMost } from "#app/coordination/types.ts";
import { Button } from "#app/ui/kit/button.tsx";
import { Select } from "#app/ui/kit/fields.tsx";
import { Inline } from "#app/ui/kit/section.tsx";

/** At which location this store shows one pool location, and what else can be done about that one. */
export function PlaceOf(props: {
  readonly location: PoolLocationView;
  /** The group has no other: it needs no name. */
  readonly only: boolean;
  readonly places: readonly { readonly id: string; readonly name: string }[];
  /** @see PoolLocationView */
  readonly chosen: string | null;
  readonly error: string | undefined;
  readonly onChoose: (shownAt: string | null) => void;
  readonly onRename: () => void;
  readonly onRemove: () => void;
}) {
  const { location, only, places, chosen } = props;
  const isDefault = location.id === defaultPoolLocation;
  const most = { value: whereMost, label: "Where there is most of an article" };
  const nowhere = { value: "", label: "Nowhere: this store does not sell it" };
  const select = (
    <Select
      label={only ? "Show shared stock at" : `Show ${location.name} at`}
      value={chosen ?? ""}
      options={[
        ...(isDefault ? [most] : []),
        ...places.map(({ id, name }) => ({ value: id, label: name })),
        // A location that Shopify does not tell of any more is still the choice.
        ...(chosen === null || chosen === whereMost || places.some(({ id }) => id === chosen)
          ? []
          : [{ value: chosen, label: "A location that is not active" }]),
        ...(only && chosen !== null ? [] : [nowhere]),
      ]}
      error={props.error}
      onChange={(value) => {
        props.onChoose(value === "" ? null : value);
      }}
    />
  );
  if (only) return select;
  return (
    <div className="cv-place">
      {select}
      <div className="cv-place__actions">
        <Inline>
          <Button
            variant="tertiary"
            accessibilityLabel={`Rename ${location.name}`}
            onClick={props.onRename}
          >
            Rename
          </Button>
          {!isDefault && (
            <Button
              variant="tertiary"
              tone="critical"
              accessibilityLabel={`Remove ${location.name}`}
              onClick={props.onRemove}
            >
              Remove
            </Button>
          )}
        </Inline>
      </div>
    </div>
  );
}
