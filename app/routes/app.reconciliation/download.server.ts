import type { AppContext } from "#app/context.server.ts";
import { systemsToAsk } from "#app/coordination/index.server.ts";
import { getRun, listFindings } from "#app/reconciliation/index.server.ts";
import type { FindingView, SideFields } from "#app/reconciliation/types.ts";
import { toCsv } from "#app/ui/format/csv.ts";
import type { SavedFile } from "#app/ui/kit/save-file.ts";
import { fieldWord } from "#app/ui/side-values.tsx";
import { sideNames } from "#app/ui/words.ts";
import { kindWords, recordName, stateWords } from "./columns.tsx";

const rowsAtOnce = 1_000;
/** As many as a spreadsheet is pleasant with; the file says when there are more. */
const mostRows = 50_000;

const headings = [
  ...["Record", "Id", "SKU", "Location", "What happened", "Why", "Field", "Shopify has"],
  ...["The other has", "The other", "Owner", "State", "Looked at (UTC)"],
];

type Line = readonly (string | number | null)[];

/** What a run of the shop found, as a table for a spreadsheet; null: there is no such run. */
export async function differencesFile(
  { db, vault }: Pick<AppContext, "db" | "vault">,
  shop: string,
  runId: string,
): Promise<SavedFile | null> {
  const run = await getRun(db, shop, runId);
  if (run === null) return null;
  const names: Readonly<Record<string, string>> = sideNames(await systemsToAsk(db, shop));
  const nameOf = (id: string) => names[id] ?? "A removed system";
  const otherOf = ({ side }: FindingView) =>
    side === "mirror" ? "What Converge knew" : nameOf(run.system);
  const lines: Line[] = [headings];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listFindings>> = await listFindings(
      { db, vault },
      run.id,
      { limit: rowsAtOnce, after, counted: true },
    );
    for (const found of page.items) lines.push(...linesOf(found, otherOf(found), nameOf));
    after = page.next;
  } while (after !== null && lines.length < mostRows);
  if (after !== null) lines.push(["There are more: compare again once these are settled."]);
  const day = run.startedAt.slice(0, 16).replace(":", "");
  return { name: `differences-${run.domain}-${day}.csv`, type: "text/csv", text: toCsv(lines) };
}

/** One line a field, so that each value has a cell of its own. */
function linesOf(found: FindingView, other: string, nameOf: (id: string) => string): Line[] {
  const { shopifyValue, otherValue } = found;
  const fields = [
    ...new Set([shopifyValue, otherValue].flatMap((side) => Object.keys(side ?? {}))),
  ];
  return (fields.length === 0 ? [null] : fields).map((field) => [
    recordName(found),
    found.resourceId,
    found.sku,
    found.locationId,
    kindWords[found.kind],
    found.cause,
    field === null ? null : fieldWord(field),
    valueOf(shopifyValue, field),
    valueOf(otherValue, field),
    other,
    found.owner === null ? null : nameOf(found.owner),
    stateWords[found.state].word,
    found.settledAt,
  ]);
}

/** Numbers stay numbers: a spreadsheet counts with them. */
function valueOf(side: SideFields, field: string | null): string | number | null {
  const value = field === null ? null : (side?.[field] ?? null);
  return typeof value === "boolean" ? String(value) : value;
}
