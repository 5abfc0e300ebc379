import type { LinkedArticle, LinkView } from "#app/coordination/types.ts";
import { ChoiceList, TextField } from "#app/ui/kit/fields.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Paragraph, Stack } from "#app/ui/kit/section.tsx";
import { nameOf, titleOf } from "./columns.tsx";

/** Which article of this store is meant: typed, found, chosen. */
export interface ChoiceDraft {
  readonly row: LinkView | null;
  readonly text: string;
  /** What was looked for last: what was found is shown while it stands there. */
  readonly asked: string | null;
  readonly itemId: string | null;
}

export const noChoice: ChoiceDraft = { row: null, text: "", asked: null, itemId: null };

/** Finds an article of this store by SKU or barcode, and links it. */
export function ChooseModal(props: {
  readonly draft: ChoiceDraft;
  readonly found: readonly LinkedArticle[];
  readonly busy: boolean;
  readonly error: string | undefined;
  readonly onChange: (draft: ChoiceDraft) => void;
  readonly onFind: () => void;
  readonly onTie: (row: LinkView, itemId: string) => void;
}) {
  const { draft, busy } = props;
  const { row } = draft;
  const found = draft.text === draft.asked ? props.found : [];
  const only = found.length === 1 ? found[0]?.itemId : undefined;
  const chosen = found.find((one) => one.itemId === draft.itemId)?.itemId ?? only ?? null;
  return (
    <Modal
      heading={`Which of your articles is ${row?.sku ?? "it"}?`}
      open={row !== null}
      onHide={() => {
        props.onChange(noChoice);
      }}
      primaryAction={
        found.length === 0
          ? { content: "Find article", loading: busy, onClick: props.onFind }
          : {
              content: "Link article",
              loading: busy,
              disabled: chosen === null,
              onClick: () => {
                if (row !== null && chosen !== null) props.onTie(row, chosen);
              },
            }
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onFind();
        }}
      >
        <Stack>
          <TextField
            label="SKU or barcode in this store"
            autoFocus
            maxLength={255}
            value={draft.text}
            error={props.error}
            onChange={(text) => {
              props.onChange({ ...draft, text });
            }}
          />
          {found.length > 0 && (
            <ChoiceList
              label="Articles found"
              choices={found.map((one) => ({
                label: titleOf(one),
                help: nameOf(one),
                value: one.itemId,
              }))}
              selected={chosen === null ? [] : [chosen]}
              onChange={([itemId]) => {
                props.onChange({ ...draft, itemId: itemId ?? null });
              }}
            />
          )}
          <Paragraph tone="subdued">
            Its stock in this store is counted first, and then follows the group.
          </Paragraph>
        </Stack>
      </form>
    </Modal>
  );
}
