import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import type { PoolLocationView } from "#app/coordination/types.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { TextField } from "#app/ui/kit/fields.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Paragraph, Stack } from "#app/ui/kit/section.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";

/** Asks for the name of a pool location: of a new one (null), or another one for one that is there. */
export function NameModal(props: {
  readonly location: PoolLocationView | null;
  readonly onHide: () => void;
}) {
  const { location, onHide } = props;
  const fetcher = useFetcher<ActionOutcome>();
  const [name, setName] = useState(location?.name ?? "");
  useOutcomeToast(fetcher.data, onHide);
  const error = errorOf(fetcher.data, "");
  return (
    <Modal
      heading={location === null ? "Add a pool location" : `Rename ${location.name}`}
      open
      onHide={onHide}
      primaryAction={{
        content: location === null ? "Add pool location" : "Save name",
        loading: fetcher.state !== "idle",
        onClick: () => {
          const named =
            location === null
              ? { intent: "place-add", name }
              : { intent: "place-rename", id: location.id, name };
          fetcher.submit(named, { method: "post" });
        },
      }}
    >
      <Stack>
        {error !== undefined && <Banner tone="critical" heading={error} />}
        <TextField
          label="Name"
          placeholder="West"
          maxLength={80}
          value={name}
          error={errorOf(fetcher.data, "name")}
          help="All stores of the group see it."
          onChange={setName}
        />
        {location === null && (
          <Paragraph>
            It begins with no stock. Each store then chooses where it shows it, and the system that
            owns inventory sends how much there is, naming this pool location. What you share now
            stays as it is.
          </Paragraph>
        )}
      </Stack>
    </Modal>
  );
}

/** Asks before a pool location is removed for all stores of the group. */
export function RemoveModal(props: {
  readonly location: PoolLocationView;
  readonly onHide: () => void;
}) {
  const { location, onHide } = props;
  const fetcher = useFetcher<ActionOutcome>();
  useOutcomeToast(fetcher.data, onHide);
  const error = errorOf(fetcher.data, "");
  return (
    <Modal
      heading={`Remove ${location.name}?`}
      open
      onHide={onHide}
      primaryAction={{
        content: "Remove",
        tone: "critical",
        loading: fetcher.state !== "idle",
        onClick: () => {
          fetcher.submit({ intent: "place-remove", id: location.id }, { method: "post" });
        },
      }}
    >
      <Stack>
        {error !== undefined && <Banner tone="critical" heading={error} />}
        <Paragraph>
          It goes for all stores of the group. That works once no store shows it any more and no
          stock is left there.
        </Paragraph>
      </Stack>
    </Modal>
  );
}
