import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { Select } from "#app/ui/kit/fields.tsx";
import { Paragraph, Section, Stack } from "#app/ui/kit/section.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { GroupPage } from "./group.presenter.server.ts";

/** At which of its locations this store shows what the group shares. */
export function SharedLocation({ place }: { readonly place: GroupPage["place"] }) {
  const fetcher = useFetcher<ActionOutcome>();
  const saved = place?.chosen ?? "";
  const [chosen, setChosen] = useState(saved);
  useOutcomeToast(fetcher.data);
  if (place === null) return null;
  const { locations } = place;
  const error = errorOf(fetcher.data, "");
  return (
    <Section
      heading="Location"
      description="Each store shows the shared stock at one of its locations. Its other locations are its own: their stock is neither counted nor changed."
    >
      <Stack>
        {error !== undefined && <Banner tone="critical" heading={error} />}
        {locations === null ? (
          <Paragraph>
            Shopify did not tell this store's locations just now. Reload the page to try again.
          </Paragraph>
        ) : (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              fetcher.submit({ intent: "location", locationId: chosen }, { method: "post" });
            }}
          >
            <Stack>
              <Select
                label="Show shared stock at"
                value={chosen}
                options={[
                  { value: "", label: "Where there is most of an article" },
                  ...locations.map(({ id, name }) => ({ value: id, label: name })),
                ]}
                help="Articles move one after the other: the old location is lowered to zero first, then the new one shows the shared stock. Articles that are not stocked at the new location stay where they are."
                onChange={setChosen}
              />
              <div>
                <Button submit disabled={chosen === saved} loading={fetcher.state !== "idle"}>
                  Save location
                </Button>
              </div>
            </Stack>
          </form>
        )}
      </Stack>
    </Section>
  );
}
