import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import type { PoolLocationView } from "#app/coordination/types.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { Paragraph, Section, Stack } from "#app/ui/kit/section.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { GroupPage } from "./group.presenter.server.ts";
import { NameModal, RemoveModal } from "./pool-location-modals.tsx";
import { PlaceOf } from "./place-of.tsx";

/** What a person is asked about a pool location. */
type Asking =
  | { readonly about: "name"; readonly location: PoolLocationView | null }
  | { readonly about: "removal"; readonly location: PoolLocationView }
  | null;

/**
 * Where the group keeps the stock it shares, and at which of its locations this store shows it. A group
 * with one place for all, as most have, is asked for that and nothing else.
 */
export function PoolLocations({ place }: { readonly place: GroupPage["place"] }) {
  const [asking, setAsking] = useState<Asking>(null);
  const hide = () => {
    setAsking(null);
  };
  if (place === null) return null;
  const several = place.poolLocations.length > 1;
  return (
    <Section
      heading={several ? "Pool locations" : "Location"}
      description={
        several
          ? "Each is a place whose stock is counted apart, like a warehouse. A store shows each at one of its locations: what is sold there is gone from that place, in every store. Its other locations are its own."
          : "Each store shows the shared stock at one of its locations. Its other locations are its own: their stock is neither counted nor changed."
      }
      accessory={
        <Button
          onClick={() => {
            setAsking({ about: "name", location: null });
          }}
        >
          Add pool location
        </Button>
      }
    >
      <PlacesForm place={place} onAsk={setAsking} />
      {asking?.about === "name" && <NameModal location={asking.location} onHide={hide} />}
      {asking?.about === "removal" && <RemoveModal location={asking.location} onHide={hide} />}
    </Section>
  );
}

/** All places at once: two of them may change round. */
function PlacesForm(props: {
  readonly place: NonNullable<GroupPage["place"]>;
  readonly onAsk: (asking: Asking) => void;
}) {
  const { locations, poolLocations } = props.place;
  const fetcher = useFetcher<ActionOutcome>();
  const saved = poolLocations.map(({ shownAt }) => shownAt);
  const [chosen, setChosen] = useState(saved);
  useOutcomeToast(fetcher.data);
  const error = errorOf(fetcher.data, "");
  const several = poolLocations.length > 1;
  if (locations === null)
    return (
      <Paragraph>
        Shopify did not tell this store's locations just now. Reload the page to try again.
      </Paragraph>
    );
  const send = () => {
    const items = poolLocations.map(({ id }, index) => ({
      poolLocation: id,
      shownAt: chosen[index] ?? null,
    }));
    fetcher.submit({ intent: "places", items: JSON.stringify(items) }, { method: "post" });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack gap={4}>
        {error !== undefined && <Banner tone="critical" heading={error} />}
        {poolLocations.map((location, index) => (
          <PlaceOf
            key={location.id}
            location={location}
            only={!several}
            places={locations}
            chosen={chosen[index] ?? null}
            error={
              errorOf(fetcher.data, `items.${String(index)}.shownAt`) ??
              errorOf(fetcher.data, `items.${String(index)}.poolLocation`)
            }
            onChoose={(shownAt) => {
              setChosen(chosen.with(index, shownAt));
            }}
            onRename={() => {
              props.onAsk({ about: "name", location });
            }}
            onRemove={() => {
              props.onAsk({ about: "removal", location });
            }}
          />
        ))}
        <Paragraph tone="subdued">{several ? severalWords : moveWords}</Paragraph>
        <div>
          <Button
            submit
            disabled={chosen.every((at, index) => at === saved[index])}
            loading={fetcher.state !== "idle"}
          >
            {several ? "Save locations" : "Save location"}
          </Button>
        </div>
      </Stack>
    </form>
  );
}

const moveWords =
  "Articles move one after the other: the old location is lowered to zero first, then the new one shows the shared stock. Articles that are not stocked at the new location stay where they are.";
const severalWords =
  "Articles move one after the other: the old location is lowered to zero first, then the new one shows the stock. Articles that are not stocked at the new location stay where they are, unless another pool location takes that place. Set to nowhere, stock that is shown now is lowered to zero.";
