import type { AppContext } from "#app/context.server.ts";
import { dataDomains } from "#app/data-domains.ts";
import type { DataDomain } from "#app/data-domains.ts";
import {
  changeSla,
  editExclusions,
  momentOf,
  parseSlas,
  readExclusionsOf,
  readSlas,
} from "#app/freshness/index.server.ts";
import type {
  FreshnessExclusion,
  FreshnessSla,
  SlaCost,
  SlaPreview,
} from "#app/freshness/types.ts";
import { getShop } from "#app/shops/index.server.ts";
import { costOfSla, previewSla, readFreshnessDetail } from "#app/staleness/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { ownPlace } from "#app/ui/sla-words.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { concerns, ruleOfDraft, type WantedExclusion } from "./exclusion-form.ts";
import { formErrors, type readSlaForm } from "./form.ts";
import { ageRanges } from "./ranges.ts";
import type { AgeRangeName } from "./ranges.ts";

/** One kind of data in one place; `system` null: in Converge itself. */
export interface Place {
  readonly domain: DataDomain;
  readonly system: string | null;
}

/** The place a URL names; null: there is no such kind of data. */
export function readPlace(params: Readonly<Record<string, string | undefined>>): Place | null {
  const domain = dataDomains.find((each) => each === params["domain"]);
  const system = params["system"] ?? ownPlace;
  return domain ? { domain, system: system === ownPlace ? null : system } : null;
}

/** Everything the screen of one SLA shows; null: there is no such place in this shop. */
export async function loadDetail(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  shop: string,
  place: Place,
  range: AgeRangeName,
) {
  const nowMs = clock.now();
  const fromMs = nowMs - ageRanges[range].windowMs;
  const [view, exclusions, detail] = await Promise.all([
    getShop(db, shop),
    readExclusionsOf(db, [shop]),
    readFreshnessDetail({ db, clock }, shop, place.domain, place.system, { fromMs, toMs: nowMs }),
  ]);
  if (!detail) return null;
  const { system, ...sla } = detail.sla;
  return {
    loadedMs: nowMs,
    timeZone: view?.timeZone ?? null,
    range,
    detail: { ...detail, sla },
    /** The system has an SLA of its own. */
    ownSla: system !== undefined,
    /** The times that count for nothing here. */
    exclusions: (exclusions.get(shop) ?? []).filter((rule) => concerns(rule, place)),
  };
}

/** What `loadDetail` promises to the screen. */
export type FreshnessPage = NonNullable<Awaited<ReturnType<typeof loadDetail>>>;

/** What an SLA that is being edited takes, and what it would have meant. */
export interface SlaForecast {
  readonly cost: SlaCost;
  readonly preview: SlaPreview;
}

type Wanted = ReturnType<typeof readSlaForm>;

/** Saves the SLA of a place, or gives a system's own one up. */
export async function saveSla(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  shop: string,
  actor: string,
  place: Place,
  sla: Wanted["sla"],
): Promise<ActionOutcome> {
  const deps = { db, clock, systemsOf: listSystems };
  const saved = await changeSla(deps, shop, actor, place, sla);
  return saved.ok
    ? { ok: true, toast: "SLA saved" }
    : { ok: false, errors: formErrors(saved.errors) };
}

/** Leaves a time out that does not count, or counts it again. Done twice, it comes to the same. */
export async function changeExclusions(
  { db }: Pick<AppContext, "db">,
  shop: string,
  actor: string,
  place: Place,
  wanted: WantedExclusion,
): Promise<ActionOutcome> {
  const timeZone = (await getShop(db, shop))?.timeZone ?? null;
  const rule =
    wanted.what === "add"
      ? JSON.stringify(ruleOfDraft(wanted.draft, place, (time) => momentOf(time, timeZone)))
      : wanted.rule;
  const changed = await editExclusions({ db, systemsOf: listSystems }, shop, actor, (rules) => {
    const others = rules.filter((each) => !isSame(each, rule));
    return wanted.what === "remove" ? others : [...others, JSON.parse(rule) as FreshnessExclusion];
  });
  if (!changed.ok) return { ok: false, errors: formErrors(changed.errors) };
  return { ok: true, toast: wanted.what === "add" ? "Time added" : "Time removed" };
}

/** The database keeps a rule's fields in an order of its own. */
function isSame(rule: FreshnessExclusion, text: string): boolean {
  const sorted = (fields: object) => JSON.stringify(Object.entries(fields).sort());
  try {
    return sorted(rule) === sorted(JSON.parse(text) as object);
  } catch {
    return false;
  }
}

/** Says what an SLA would take and would have meant; changes nothing. */
export async function forecastSla(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  shop: string,
  place: Place,
  sla: Wanted["sla"],
): Promise<ActionOutcome<SlaForecast>> {
  const [slas, systems] = await Promise.all([readSlas(db, shop), listSystems(db, shop)]);
  const wanted = sla ?? slas.find((each) => isOf(each, { ...place, system: null }));
  const parsed = parseSlas([wanted], new Set(systems.map(({ id }) => id)));
  if (!parsed.ok) return { ok: false, errors: formErrors(parsed.errors) };
  const checked = parsed.slas[0] as FreshnessSla;
  // As they would be: with this one, and without the system's own where that is given up.
  const others = slas.filter((each) => !isOf(each, place) && !isOf(each, toPlace(checked)));
  const [cost, preview] = await Promise.all([
    costOfSla({ db }, shop, [checked, ...others]),
    previewSla({ db, clock }, shop, checked),
  ]);
  return { ok: true, toast: null, cost, preview };
}

function toPlace({ domain, system }: FreshnessSla): Place {
  return { domain, system: system ?? null };
}

function isOf(sla: FreshnessSla, { domain, system }: Place): boolean {
  return sla.domain === domain && (sla.system ?? null) === system;
}
