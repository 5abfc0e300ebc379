import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import type { BufferPreview } from "#app/coordination/types.ts";
import { countOf } from "#app/ui/format/number.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { Select, TextField } from "#app/ui/kit/fields.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Inline, Paragraph, Section, Stack } from "#app/ui/kit/section.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import { type BufferDraft, modeOptions } from "./form.ts";
import type { GroupNews } from "./group.presenter.server.ts";

const newRule: BufferDraft = { sku: "", mode: "fixed", value: "1", peakWindows: [] };

const valueLabels = { fixed: "Units", percent: "Percent", auto: "Risk, percent" } as const;

/** How much of each article no store shows; nothing is saved before it is seen what it leads to. */
export function Buffers({ saved }: { readonly saved: readonly BufferDraft[] }) {
  const fetcher = useFetcher<ActionOutcome<GroupNews>>();
  const [drafts, setDrafts] = useState(saved);
  const [asking, setAsking] = useState(false);
  const { data } = fetcher;
  useOutcomeToast(data, () => {
    if (data?.ok === true && data.preview !== undefined) setAsking(true);
    else setAsking(false);
  });
  const doing = fetcher.state === "idle" ? null : fetcher.formData?.get("intent");
  const send = (intent: "preview" | "save") => {
    fetcher.submit({ intent, drafts: JSON.stringify(drafts) }, { method: "post" });
  };
  const changed = JSON.stringify(drafts) !== JSON.stringify(saved);
  const general = errorOf(data, "items") ?? errorOf(data, "");
  return (
    <Section
      heading="Buffers"
      description="Units that no store shows, so that what another store is just selling is not sold twice. An article's own rule goes before the one for all."
    >
      <Stack gap={4}>
        {general !== undefined && <Banner tone="critical" heading={general} />}
        {drafts.length === 0 && (
          <Paragraph tone="subdued">
            Nothing is kept back: in the seconds a sale takes to reach the other stores, they can
            sell the same unit.
          </Paragraph>
        )}
        {drafts.map((draft, index) => (
          <Rule
            key={index}
            draft={draft}
            errorOf={(field) => errorOf(data, `items.${String(index)}.${field}`)}
            onChange={(next) => {
              setDrafts(drafts.with(index, next));
            }}
            onRemove={() => {
              setDrafts(drafts.toSpliced(index, 1));
            }}
          />
        ))}
        <Inline align="between">
          <Button
            onClick={() => {
              setDrafts([...drafts, newRule]);
            }}
          >
            Add rule
          </Button>
          <Button
            variant="primary"
            disabled={!changed}
            loading={doing === "preview"}
            onClick={() => {
              send("preview");
            }}
          >
            Review and save
          </Button>
        </Inline>
      </Stack>
      <Modal
        heading="Save these buffers?"
        open={asking}
        onHide={() => {
          setAsking(false);
        }}
        primaryAction={{
          content: "Save buffers",
          loading: doing === "save",
          onClick: () => {
            send("save");
          },
        }}
      >
        <Effects preview={data?.ok === true ? data.preview : undefined} />
      </Modal>
    </Section>
  );
}

function Effects({ preview }: { readonly preview: BufferPreview | undefined }) {
  if (preview === undefined) return <Paragraph>They are being saved.</Paragraph>;
  const { articles, unavailable, available, keptBack } = preview;
  if (articles === 0)
    return <Paragraph>For no article is more or less kept back than now.</Paragraph>;
  return (
    <Stack>
      <Paragraph>
        {`${countOf(articles, "article changes", "articles change")}; ${countOf(keptBack, "unit is", "units are")} kept back in all.`}
      </Paragraph>
      {unavailable > 0 && (
        <Paragraph tone="critical">
          {`${countOf(unavailable, "article becomes", "articles become")} unavailable in every store.`}
        </Paragraph>
      )}
      {available > 0 && (
        <Paragraph>{`${countOf(available, "article is", "articles are")} on sale again.`}</Paragraph>
      )}
    </Stack>
  );
}

function Rule(props: {
  readonly draft: BufferDraft;
  readonly errorOf: (field: string) => string | undefined;
  readonly onChange: (draft: BufferDraft) => void;
  readonly onRemove: () => void;
}) {
  const { draft, onChange } = props;
  const name = draft.sku === "" ? "all articles" : draft.sku;
  return (
    <div className="cv-buffer-rule">
      <TextField
        label="SKU"
        placeholder="All articles"
        value={draft.sku}
        error={props.errorOf("sku")}
        onChange={(sku) => {
          onChange({ ...draft, sku });
        }}
      />
      <Select
        label="Keep back"
        options={modeOptions}
        value={draft.mode}
        error={props.errorOf("mode")}
        onChange={(value) => {
          const mode = modeOptions.find((option) => option.value === value)?.value ?? "fixed";
          onChange({ ...draft, mode });
        }}
      />
      <TextField
        label={valueLabels[draft.mode]}
        type="number"
        least={0}
        value={draft.value}
        error={props.errorOf("value")}
        help={
          draft.mode === "auto"
            ? "In so many of 100 times it may be too little. It follows your sales and how fast stores follow."
            : undefined
        }
        onChange={(value) => {
          onChange({ ...draft, value });
        }}
      />
      <div className="cv-buffer-rule__remove">
        <Button
          variant="tertiary"
          tone="critical"
          accessibilityLabel={`Remove the rule for ${name}`}
          onClick={props.onRemove}
        >
          Remove
        </Button>
      </div>
    </div>
  );
}
