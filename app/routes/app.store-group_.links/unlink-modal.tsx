import type { LinkView } from "#app/coordination/types.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Paragraph, Stack } from "#app/ui/kit/section.tsx";

/** Asks before a store's article is taken out of what the group shares. */
export function UnlinkModal(props: {
  readonly row: LinkView | null;
  readonly busy: boolean;
  readonly error: string | undefined;
  readonly onHide: () => void;
  readonly onUnlink: (row: LinkView) => void;
}) {
  const { row, error } = props;
  return (
    <Modal
      heading={`Keep ${row?.sku ?? "it"} apart?`}
      open={row !== null}
      onHide={props.onHide}
      primaryAction={{
        content: "Keep apart",
        tone: "critical",
        loading: props.busy,
        onClick: () => {
          if (row !== null) props.onUnlink(row);
        },
      }}
    >
      <Stack>
        {error !== undefined && <Banner tone="critical" heading={error} />}
        <Paragraph>
          This store keeps the stock it shows now, and from then on it is its own: what it sells of
          it is not taken from the other stores any more. You can link it again at any time.
        </Paragraph>
      </Stack>
    </Modal>
  );
}
