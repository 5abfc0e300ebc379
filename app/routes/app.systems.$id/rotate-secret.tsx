import { Banner } from "#app/ui/kit/banner.tsx";
import { CopyableId } from "#app/ui/kit/copyable.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Paragraph, Section } from "#app/ui/kit/section.tsx";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import type { Rotated } from "./system.presenter.server.ts";

/** Asks before a system gets a new signing secret. */
export function RotateModal(props: {
  readonly name: string;
  readonly open: boolean;
  readonly onHide: () => void;
  readonly onRotate: () => void;
}) {
  return (
    <Modal
      heading="Change the signing secret?"
      open={props.open}
      onHide={props.onHide}
      primaryAction={{ content: "Change secret", onClick: props.onRotate }}
    >
      <Paragraph>
        For a day every change carries two signatures, of the old secret and of the new one, so that{" "}
        {props.name} can change over without missing anything. A secret before the old one stops
        being used at once.
      </Paragraph>
    </Modal>
  );
}

/** The new secret, this once. */
export function NewSecret(props: {
  readonly name: string;
  readonly outcome: ActionOutcome<Rotated> | undefined;
}) {
  const secret = props.outcome?.ok === true ? props.outcome.signingSecret : undefined;
  if (secret === undefined) return null;
  return (
    <>
      <Banner tone="caution" heading="Copy the new signing secret now">
        It is shown this once. Until tomorrow {props.name} may check changes with either secret.
      </Banner>
      <Section heading="New signing secret">
        <CopyableId value={secret} label="signing secret" whole />
      </Section>
    </>
  );
}
