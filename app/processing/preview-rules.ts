import type { Queryable } from "#app/db.server.ts";
import { commerceAmong, listEvents, parseLossless } from "#app/events/index.server.ts";
import { changePurpose, loadChangesOfEvents, type StoredChange } from "#app/mirror/index.server.ts";
import { decideForeignWrite, type ForeignVerdict } from "#app/ownership/index.server.ts";
import type { OwnershipRule } from "#app/ownership/types.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { fieldsOf } from "./fields-of.ts";
import type { RulePreview } from "./types.ts";

/** How far back a preview looks: enough to see a busy day, few enough to open at once. */
const eventsLookedAt = 1_000;

type Data = Readonly<Record<string, unknown>>;

/**
 * What some rules would have said of the last 1,000 events; nothing changes. A record's first change
 * in that time has nothing to be compared with, and counts as nobody's.
 */
export async function previewRules(
  deps: { readonly db: Queryable; readonly vault: Vault },
  shop: string,
  rules: readonly OwnershipRule[],
): Promise<RulePreview[]> {
  const { items } = await listEvents(deps.db, shop, {}, { limit: eventsLookedAt });
  const ids = items.map((event) => event.id);
  const changes = await loadChangesOfEvents(deps.db, shop, ids);
  const correlations = [...new Set(changes.map((change) => change.correlationId))];
  const commerce = await commerceAmong(deps.db, shop, correlations);
  const before = new Map<string, Data>();
  const verdicts = changes.map((change) => {
    const key = `${change.resourceType} ${change.resourceId}`;
    const data = openChange(deps.vault, change);
    const rule = rules.find((item) => item.domain === change.domain);
    const known = before.get(key) ?? null;
    before.set(key, data);
    const said = rule && judge(rule, change, known, data, commerce.has(change.correlationId));
    return { domain: change.domain, verdict: said?.verdict ?? "none" };
  });
  return rules.map(({ domain }) => {
    const mine = verdicts.filter((item) => item.domain === domain);
    const count = (wanted: ForeignVerdict["verdict"]) =>
      mine.filter(({ verdict }) => verdict === wanted).length;
    return {
      domain,
      changes: mine.length,
      accepted: count("accept"),
      flagged: count("flag"),
      reverted: count("revert"),
      counted: count("count"),
    };
  });
}

function openChange(vault: Vault, change: StoredChange): Data {
  const text = vault.open(change.data, changePurpose(change.id)).toString("utf8");
  return parseLossless(text) as Data;
}

function judge(
  rule: OwnershipRule,
  change: StoredChange,
  known: Data | null,
  data: Data,
  commerce: boolean,
): ForeignVerdict {
  const { resourceType, source } = change;
  const ours = change.origin !== null;
  const before = known && fieldsOf(resourceType, known);
  const after = fieldsOf(resourceType, data);
  if (resourceType !== "InventoryLevel")
    return decideForeignWrite({
      rule,
      source,
      change: {
        kind: "fields",
        domain: rule.domain,
        before,
        after,
        created: before === null && change.type.endsWith(".created"),
        deleted: change.type.endsWith(".deleted"),
        ours,
      },
    });
  const stock = (value: unknown) => ({
    available: typeof value === "number" ? value : null,
    onHand: null,
    committed: null,
  });
  return decideForeignWrite({
    rule,
    source,
    change: {
      kind: "stock",
      before: before && stock(before["available"]),
      after: stock(after["available"]),
      commerce,
      ours,
    },
  });
}
