import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import { shopifyOwner } from "#app/ownership/types.ts";
import { PolicySelect } from "#app/routes/app.ownership/policy-select.tsx";
import { shopHandle } from "#app/ui/format/shop.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { Select } from "#app/ui/kit/fields.tsx";
import { Section, Stack } from "#app/ui/kit/section.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import { domainWords } from "#app/ui/words.ts";
import type { GroupPage } from "./group.presenter.server.ts";
import { draftsOf, fieldOf, itemsOf, type RuleDraft } from "./rule-drafts.ts";

/** Who owns which data in the stores of the group, and which stores have said that they follow it. */
export function GroupRules({ page }: { readonly page: GroupPage }) {
  const fetcher = useFetcher<ActionOutcome>();
  const saved = draftsOf(page.ownership?.rules ?? []);
  const [drafts, setDrafts] = useState(saved);
  const { data } = fetcher;
  useOutcomeToast(data);
  const general = errorOf(data, "items") ?? errorOf(data, "");
  const items = JSON.stringify(itemsOf(drafts));
  return (
    <Section
      heading="Ownership"
      description="One rule for all stores that follow it. A store follows only what it has chosen to, under its own Ownership, and a rule of its own goes before the group's. The system that owns may then change that data in every store that follows."
      accessory={<Button to="/app/ownership">Choose what this store follows</Button>}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          fetcher.submit({ intent: "rules", items }, { method: "post" });
        }}
      >
        <Stack gap={4}>
          {general !== undefined && <Banner tone="critical" heading={general} />}
          {drafts.map((draft, index) => (
            <Rule
              key={draft.domain}
              draft={draft}
              owners={page.ownership?.owners ?? []}
              errorOf={(field) => errorOf(data, fieldOf(drafts, draft.domain, field))}
              onChange={(next) => {
                setDrafts(drafts.with(index, next));
              }}
            />
          ))}
          <div>
            <Button
              submit
              disabled={items === JSON.stringify(itemsOf(saved))}
              loading={fetcher.state !== "idle"}
            >
              Save group rules
            </Button>
          </div>
        </Stack>
      </form>
    </Section>
  );
}

function Rule(props: {
  readonly draft: RuleDraft;
  readonly owners: readonly { readonly id: string; readonly name: string }[];
  readonly errorOf: (field: string) => string | undefined;
  readonly onChange: (draft: RuleDraft) => void;
}) {
  const { draft } = props;
  const word = domainWords[draft.domain];
  return (
    <fieldset className="cv-rule">
      <legend>{word}</legend>
      <Select
        label={`In the group, ${word.toLowerCase()} belong to`}
        options={[
          { value: "", label: "Each store decides" },
          { value: shopifyOwner, label: "Shopify, in each store its own" },
          ...props.owners.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        value={draft.owner}
        help={followers(draft)}
        error={props.errorOf("owner")}
        onChange={(owner) => {
          props.onChange({ ...draft, owner });
        }}
      />
      {draft.owner !== "" && draft.owner !== shopifyOwner && (
        <PolicySelect
          rule={draft}
          error={props.errorOf("onForeignWrite")}
          onChange={(onForeignWrite) => {
            props.onChange({ ...draft, onForeignWrite });
          }}
        />
      )}
    </fieldset>
  );
}

/** For which stores a rule holds as it is saved. */
function followers({ owner, followedBy }: RuleDraft): string | undefined {
  if (followedBy.length > 0) return `Followed by ${followedBy.map(shopHandle).join(", ")}.`;
  return owner === "" ? undefined : "No store follows it yet.";
}
