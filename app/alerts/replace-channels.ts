import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import {
  deleteOtherChannels,
  getChannel,
  lockChannels,
  readChannels,
  saveChannel,
} from "./channel-store.ts";
import {
  type ChannelError,
  type ChannelLimits,
  parseChannels,
  type SentChannel,
  type WantedChannel,
} from "./parse-channels.ts";
import type { ChannelView } from "./types.ts";

/** What changing channels takes. */
export interface ChannelDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
}

/** The new list, with the secrets of new webhooks by their ids: shown here and never again. */
export type ReplacedChannels =
  | {
      readonly ok: true;
      readonly channels: readonly ChannelView[];
      readonly secrets: ReadonlyMap<string, string>;
    }
  | { readonly ok: false; readonly errors: readonly ChannelError[] };

/**
 * Puts a list of channels in force, whole or not at all: one with an id goes on with its address and
 * secret where none are sent, one without is new, one that is missing is deleted with what waits for it.
 */
export async function replaceChannels(
  deps: ChannelDeps,
  limits: ChannelLimits,
  shop: string,
  actor: string,
  sent: readonly SentChannel[],
): Promise<ReplacedChannels> {
  return editChannels(deps, limits, shop, actor, () => sent);
}

/** The same with a list made from the one in force: nobody changes it in between. */
export async function editChannels(
  deps: ChannelDeps,
  limits: ChannelLimits,
  shop: string,
  actor: string,
  edit: (now: readonly ChannelView[]) => readonly SentChannel[],
): Promise<ReplacedChannels> {
  const { db, vault } = deps;
  return db.transaction(async (tx) => {
    await lockChannels(tx, shop);
    const now = await readChannels(tx, vault, shop);
    const known = now.map(({ id, kind, url }) => ({ id, kind, shownUrl: url }));
    const parsed = parseChannels(edit(now), known, limits);
    if (!parsed.ok) return parsed;
    const secrets = new Map<string, string>();
    const ids: string[] = [];
    for (const [position, channel] of parsed.channels.entries()) {
      const { id, secret } = await save(deps, tx, shop, { ...channel, position });
      ids.push(id);
      if (secret !== null) secrets.set(id, secret);
    }
    await deleteOtherChannels(tx, shop, ids);
    const detail = { channels: parsed.channels.map(({ kind }) => kind) };
    await recordAudit(tx, {
      shop,
      actor,
      action: "alert-channels.replaced",
      subject: shop,
      detail,
    });
    return { ok: true, channels: await readChannels(tx, vault, shop), secrets };
  });
}

/** Writes one channel down; `secret` is set where it is new. */
async function save(
  { vault, clock }: ChannelDeps,
  tx: Transaction,
  shop: string,
  channel: WantedChannel & { readonly position: number },
): Promise<{ id: string; secret: string | null }> {
  const nowMs = clock.now();
  const before = channel.id === null ? null : await getChannel(tx, vault, shop, channel.id);
  const id = before?.id ?? `chn_${uuidv7({ msecs: nowMs })}`;
  const secret = !before && channel.kind === "webhook" ? newSecret() : null;
  const target = {
    to: channel.to,
    url: channel.url ?? before?.url ?? null,
    secret: secret ?? before?.secret ?? null,
  };
  await saveChannel(tx, vault, { ...channel, id, shop }, target, nowMs);
  return { id, secret };
}

function newSecret(): string {
  return `whsec_${randomBytes(24).toString("base64")}`;
}
