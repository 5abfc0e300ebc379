import { countOf } from "#app/ui/format/number.ts";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Paragraph, Stack } from "#app/ui/kit/section.tsx";

/** Asks before a system is disconnected for good. */
export function DeleteModal(props: {
  readonly name: string;
  readonly waiting: number;
  readonly open: boolean;
  readonly busy: boolean;
  readonly onHide: () => void;
  readonly onDelete: () => void;
}) {
  return (
    <Modal
      heading={`Delete ${props.name}?`}
      open={props.open}
      onHide={props.onHide}
      primaryAction={{
        content: "Delete system",
        tone: "critical",
        loading: props.busy,
        onClick: props.onDelete,
      }}
    >
      <Stack>
        <Paragraph>
          {props.name} gets no more changes, and its signing secret stops being used. This cannot be
          undone. To stop sending for a while, pause it instead.
        </Paragraph>
        {props.waiting > 0 && (
          <Paragraph tone="critical">
            {countOf(props.waiting, "change")} still waiting for it will not be sent.
          </Paragraph>
        )}
      </Stack>
    </Modal>
  );
}
