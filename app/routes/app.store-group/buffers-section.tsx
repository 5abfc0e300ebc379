import { useFetcher } from "@remix-run/react";
import { type ReactNode, useState } from "react";
import type { BufferPreview } from "#app/coordination/types.ts";
import { countOf } from "#app/ui/format/number.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Inline, Paragraph, Section, Stack } from "#app/ui/kit/section.tsx";
import { Moment } from "#app/ui/kit/time.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import { type BufferDraft, newRule } from "./buffer-draft.ts";
import { type BufferChoices, BufferRuleFields } from "./buffer-rule.tsx";
import type { GroupNews, GroupPage } from "./group.presenter.server.ts";

/** What is being edited, and of which rules. */
interface Edited {
  readonly drafts: readonly BufferDraft[];
  readonly edition: string;
}

/** How much of each article stores do not show; nothing is saved before it is seen what it leads to. */
export function Buffers(props: {
  readonly saved: GroupPage["buffers"];
  readonly choices: BufferChoices;
}) {
  const { saved } = props;
  const fetcher = useFetcher<ActionOutcome<GroupNews>>();
  const [edited, setEdited] = useState<Edited | null>(null);
  const [asking, setAsking] = useState(false);
  const { data } = fetcher;
  useOutcomeToast(data, () => {
    const previewed = data?.ok === true && data.preview !== undefined;
    setAsking(previewed);
    if (!previewed) setEdited(null);
  });
  const { drafts, edition } = edited ?? saved;
  const doing = fetcher.state === "idle" ? null : fetcher.formData?.get("intent");
  const send = (intent: "preview" | "save") => {
    fetcher.submit({ intent, edition, drafts: JSON.stringify(drafts) }, { method: "post" });
  };
  const overtaken = edition !== saved.edition;
  const general = errorOf(data, "items") ?? errorOf(data, "");
  return (
    <Section
      heading="Buffers"
      description="Units that stores do not show, so that what another store is just selling is not sold twice. Where several rules hold, the highest priority decides, then the closest: an article before a collection, a location before a store, either before all."
    >
      <Stack gap={4}>
        {general !== undefined && <Banner tone="critical" heading={general} />}
        {overtaken && (
          <Overtaken
            onTheirs={() => {
              setEdited(null);
            }}
            onMine={() => {
              setEdited({ drafts, edition: saved.edition });
            }}
          />
        )}
        <Rules
          drafts={drafts}
          choices={props.choices}
          now={saved.now}
          outcome={data}
          onChange={(next) => {
            setEdited({ drafts: next, edition });
          }}
        >
          <Button
            variant="primary"
            disabled={JSON.stringify(drafts) === JSON.stringify(saved.drafts)}
            loading={doing === "preview"}
            onClick={() => {
              send("preview");
            }}
          >
            Review and save
          </Button>
        </Rules>
      </Stack>
      <Modal
        heading="Save these buffers?"
        open={asking && data?.ok === true && !overtaken}
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
        <Effects news={data?.ok === true ? data : {}} />
      </Modal>
    </Section>
  );
}

/** The rules one below the other, a way to add one, and beside it what to do with them. */
function Rules(props: {
  readonly drafts: readonly BufferDraft[];
  readonly choices: BufferChoices;
  readonly now: string;
  readonly outcome: ActionOutcome | undefined;
  readonly onChange: (drafts: readonly BufferDraft[]) => void;
  readonly children: ReactNode;
}) {
  const { drafts, onChange } = props;
  // Errors name rules and peaks by their places: once one is gone, they would stand at another.
  const [passed, setPassed] = useState<ActionOutcome>();
  const outcome = props.outcome === passed ? undefined : props.outcome;
  return (
    <>
      {drafts.length === 0 && (
        <Paragraph tone="subdued">
          Nothing is kept back: in the seconds a sale takes to reach the other stores, they can sell
          the same unit.
        </Paragraph>
      )}
      {drafts.map((draft, index) => (
        <BufferRuleFields
          key={index}
          number={index + 1}
          draft={draft}
          choices={props.choices}
          now={props.now}
          errorOf={(field) => errorOf(outcome, `items.${String(index)}.${field}`)}
          onChange={(next) => {
            if (next.peakWindows.length < draft.peakWindows.length) setPassed(props.outcome);
            onChange(drafts.with(index, next));
          }}
          onRemove={() => {
            setPassed(props.outcome);
            onChange(drafts.toSpliced(index, 1));
          }}
        />
      ))}
      <Inline align="between">
        <Button
          onClick={() => {
            onChange([...drafts, newRule]);
          }}
        >
          Add rule
        </Button>
        {props.children}
      </Inline>
    </>
  );
}

/** Somebody else saved meanwhile: nothing is overwritten unseen. */
function Overtaken(props: { readonly onTheirs: () => void; readonly onMine: () => void }) {
  return (
    <Banner
      tone="critical"
      heading="Somebody else saved buffers while you were editing"
      action={{ content: "Show what is saved now", onClick: props.onTheirs }}
    >
      <Stack>
        <Paragraph>
          Yours are not saved. Look at what is saved now, or replace it with yours.
        </Paragraph>
        <div>
          <Button variant="plain" onClick={props.onMine}>
            Go on with mine
          </Button>
        </div>
      </Stack>
    </Banner>
  );
}

function Effects({ news: { preview, later = [], unseen = 0 } }: { readonly news: GroupNews }) {
  if (preview === undefined) return <Paragraph>They are being saved.</Paragraph>;
  return (
    <Stack>
      <Effect preview={preview} />
      {later.map((one) => (
        <div key={one.at}>
          <Paragraph>
            From <Moment at={one.at} /> on, compared with now:
          </Paragraph>
          <Effect preview={one.preview} />
        </div>
      ))}
      {unseen > 0 && (
        <Paragraph tone="subdued">
          {`Rules or peaks begin at ${countOf(unseen, "more moment")} after that.`}
        </Paragraph>
      )}
    </Stack>
  );
}

function Effect({ preview }: { readonly preview: BufferPreview }) {
  const { articles, unavailable, available, keptBack } = preview;
  if (articles === 0)
    return <Paragraph>For no article is more or less kept back than now.</Paragraph>;
  return (
    <>
      <Paragraph>
        {`${countOf(articles, "article changes", "articles change")}; ${countOf(keptBack, "unit is", "units are")} kept back in all.`}
      </Paragraph>
      {unavailable > 0 && (
        <Paragraph tone="critical">
          {`${countOf(unavailable, "article becomes", "articles become")} unavailable in a store that sells it now.`}
        </Paragraph>
      )}
      {available > 0 && (
        <Paragraph>{`${countOf(available, "article is", "articles are")} on sale again.`}</Paragraph>
      )}
    </>
  );
}
