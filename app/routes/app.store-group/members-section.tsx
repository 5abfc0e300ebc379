import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { CopyableId } from "#app/ui/kit/copyable.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Inline, Paragraph, Section, Stack } from "#app/ui/kit/section.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import { Moment } from "#app/ui/kit/time.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { GroupNews, GroupPage } from "./group.presenter.server.ts";

/** The stores of a group, a way in for another one, and the way out. */
export function Members({ page }: { readonly page: GroupPage }) {
  const fetcher = useFetcher<ActionOutcome<GroupNews>>();
  const [leaving, setLeaving] = useState(false);
  useOutcomeToast(fetcher.data, () => {
    setLeaving(false);
  });
  const doing = fetcher.state === "idle" ? null : fetcher.formData?.get("intent");
  const act = (intent: string) => {
    fetcher.submit({ intent }, { method: "post" });
  };
  const error = errorOf(fetcher.data, "");
  const code = fetcher.data?.ok === true ? fetcher.data.code : undefined;
  return (
    <>
      {error !== undefined && <Banner tone="critical" heading={error} />}
      <Section
        heading="Stores"
        padding="none"
        accessory={
          <Inline>
            <Button
              tone="critical"
              variant="tertiary"
              onClick={() => {
                setLeaving(true);
              }}
            >
              Leave group
            </Button>
            <Button
              loading={doing === "code"}
              onClick={() => {
                act("code");
              }}
            >
              Let another store in
            </Button>
          </Inline>
        }
      >
        <Table
          caption="Stores of the group"
          columns={[
            {
              key: "shop",
              heading: "Store",
              cell: (shop) => (shop === page.shop ? `${shop} (this store)` : shop),
            },
          ]}
          rows={page.group?.shops ?? []}
          keyOf={(shop) => shop}
          empty={null}
        />
      </Section>
      {code !== undefined && <NewCode code={code} />}
      <LeaveModal
        name={page.group?.name ?? "the group"}
        open={leaving}
        busy={doing === "leave"}
        onHide={() => {
          setLeaving(false);
        }}
        onLeave={() => {
          act("leave");
        }}
      />
    </>
  );
}

function NewCode({ code }: { readonly code: NonNullable<GroupNews["code"]> }) {
  return (
    <Banner tone="info" heading="Enter this code in the other store">
      <Stack gap={2}>
        <CopyableId value={code.code} label="code" whole />
        <Paragraph>
          In the other store, open Converge, then Inventory, then Share stock. The code works once,
          until <Moment at={code.expiresAt} />, and is not shown again.
        </Paragraph>
      </Stack>
    </Banner>
  );
}

function LeaveModal(props: {
  readonly name: string;
  readonly open: boolean;
  readonly busy: boolean;
  readonly onHide: () => void;
  readonly onLeave: () => void;
}) {
  return (
    <Modal
      heading={`Leave ${props.name}?`}
      open={props.open}
      onHide={props.onHide}
      primaryAction={{
        content: "Leave group",
        tone: "critical",
        loading: props.busy,
        onClick: props.onLeave,
      }}
    >
      <Paragraph>
        This store keeps the stock it shows now, and from then on it is its own: what it sells is
        not taken from the others any more. Set its stock right afterwards. Changes are shared no
        more either: what still waits to be sent is dropped. Where this store follows the group's
        rules of ownership, its own of before hold again, and its systems own nothing in the other
        stores.
      </Paragraph>
    </Modal>
  );
}
