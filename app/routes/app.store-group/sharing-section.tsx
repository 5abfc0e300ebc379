import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import { type DataDomain, dataDomains, domainWords } from "#app/data-domains.ts";
import { shopHandle } from "#app/ui/format/shop.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { ChoiceList } from "#app/ui/kit/fields.tsx";
import { Section, Stack } from "#app/ui/kit/section.tsx";
import { type Column, Table } from "#app/ui/kit/table.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { GroupPage } from "./group.presenter.server.ts";
import { type Standing, standingsOf } from "./standing.ts";

const personal = "With names and addresses of customers.";
const helps: Readonly<Partial<Record<DataDomain, string>>> = {
  customers: personal,
  orders: personal,
};

/** Of which kinds of data the systems of all stores hear, and who has still to agree. */
export function SharedChanges({ page }: { readonly page: GroupPage }) {
  const fetcher = useFetcher<ActionOutcome>();
  const saved = page.sharers.find(({ shop }) => shop === page.shop)?.shares ?? [];
  const [chosen, setChosen] = useState<readonly string[]>(saved);
  useOutcomeToast(fetcher.data);
  const error = errorOf(fetcher.data, "domains") ?? errorOf(fetcher.data, "");
  const standings = standingsOf(page.shop, page.sharers);
  const changed = [...chosen].sort().join() !== [...saved].sort().join();
  return (
    <Section
      heading="Shared changes"
      description="Each store's connected systems can hear of the changes in the others too; every message names its store. Only what both stores have chosen goes between them."
      accessory={<Button to="/app/store-group/stream">View events</Button>}
    >
      <Stack gap={4}>
        {error !== undefined && <Banner tone="critical" heading={error} />}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            fetcher.submit({ intent: "share", domains: chosen.join(",") }, { method: "post" });
          }}
        >
          <Stack>
            <ChoiceList
              label="This store shares"
              many
              choices={dataDomains.map((domain) => ({
                value: domain,
                label: domainWords[domain],
                ...(helps[domain] === undefined ? {} : { help: helps[domain] }),
              }))}
              selected={chosen}
              onChange={setChosen}
            />
            <div>
              <Button submit disabled={!changed} loading={fetcher.state !== "idle"}>
                Save sharing
              </Button>
            </div>
          </Stack>
        </form>
        {standings.length > 0 && (
          <Table
            caption="What goes between this store and the others"
            columns={columns}
            rows={standings}
            keyOf={({ shop }) => shop}
            empty={null}
          />
        )}
      </Stack>
    </Section>
  );
}

const wordsOf = (domains: readonly DataDomain[]) =>
  domains.length === 0 ? "–" : domains.map((domain) => domainWords[domain]).join(", ");

const columns: readonly Column<Standing>[] = [
  { key: "shop", heading: "Store", cell: ({ shop }) => shopHandle(shop) },
  { key: "shared", heading: "Goes both ways", cell: ({ shared }) => wordsOf(shared) },
  { key: "theirs", heading: "Waits for that store", cell: ({ onlyHere }) => wordsOf(onlyHere) },
  { key: "mine", heading: "Waits for this store", cell: ({ onlyThere }) => wordsOf(onlyThere) },
];
