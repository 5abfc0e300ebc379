import type { Queryable, Transaction } from "#app/db.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import type { WantedChannel } from "./parse-channels.ts";
import type { Listener } from "./plan-notices.ts";
import type { ChannelKind, ChannelStatus, ChannelView, QuietHours, Severity } from "./types.ts";

/** Where a channel leads. Sealed at rest: a Slack address lets everybody post who knows it. */
export interface ChannelTarget {
  readonly to: string | null;
  readonly url: string | null;
  /** `whsec_...` of a signed webhook. */
  readonly secret: string | null;
}

/** A channel with its target opened. */
export interface OpenedChannel extends ChannelTarget {
  readonly id: string;
  readonly shop: string;
  readonly kind: ChannelKind;
  readonly failures: number;
}

interface Row {
  id: string;
  shop: string;
  kind: ChannelKind;
  name: string;
  target: Buffer;
  severity: Severity;
  quiet_hours: QuietHours | null;
  status: ChannelStatus;
  failures: number;
  problem: string | null;
  delivered_at: Date | null;
  waiting: number;
}

const purposeOf = (id: string) => `alert-channel:${id}`;

/** The channels of a shop as they are shown, in the order of its list. */
export async function readChannels(
  db: Queryable,
  vault: Vault,
  shop: string,
): Promise<ChannelView[]> {
  const { rows } = await db.query<Row>(
    `SELECT c.*, (SELECT count(*)::int FROM alert_notices n
                  WHERE n.channel_id = c.id AND n.settled_at IS NULL) AS waiting
     FROM alert_channels c WHERE shop = $1 ORDER BY position, id`,
    [shop],
  );
  return rows.map((row) => {
    const { to, url } = openTarget(vault, row);
    return {
      id: row.id,
      kind: row.kind,
      name: row.name,
      to,
      url: url !== null && row.kind === "slack" ? masked(url) : url,
      severity: row.severity,
      quietHours: row.quiet_hours,
      status: row.status,
      problem: row.problem,
      lastSentAt: row.delivered_at?.toISOString() ?? null,
      waiting: row.waiting,
    };
  });
}

/** Enough to tell two Slack addresses apart, too little to post. */
function masked(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}/…${pathname.slice(-4)}`;
}

/** Who in a shop is to be told at all. */
export async function listenersOf(tx: Transaction, shop: string): Promise<Listener[]> {
  const { rows } = await tx.query<Row>(
    `SELECT id, kind, severity, quiet_hours FROM alert_channels
     WHERE shop = $1 AND status = 'active' ORDER BY id`,
    [shop],
  );
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    severity: row.severity,
    quietHours: row.quiet_hours,
  }));
}

/** One channel of a shop with its target opened; null when there is none. */
export async function getChannel(
  db: Queryable,
  vault: Vault,
  shop: string,
  id: string,
): Promise<OpenedChannel | null> {
  const { rows } = await db.query<Row>("SELECT * FROM alert_channels WHERE shop = $1 AND id = $2", [
    shop,
    id,
  ]);
  return rows[0] ? toOpened(vault, rows[0]) : null;
}

/** Lets one transaction at a time change the channels of a shop, until it ends. */
export async function lockChannels(tx: Transaction, shop: string): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('alert channels ' || $1, 0))", [
    shop,
  ]);
}

/** Deletes every channel of a shop but those, with what waits for it. */
export async function deleteOtherChannels(
  tx: Transaction,
  shop: string,
  kept: readonly string[],
): Promise<void> {
  await tx.query(
    `WITH gone AS (
       DELETE FROM alert_channels WHERE shop = $1 AND id <> ALL($2) RETURNING id)
     DELETE FROM alert_notices n USING gone WHERE n.channel_id = gone.id`,
    [shop, kept],
  );
}

/** Writes a channel down, new or changed; a changed one gets a new chance. */
export async function saveChannel(
  tx: Transaction,
  vault: Vault,
  channel: Omit<WantedChannel, "id"> & {
    readonly id: string;
    readonly shop: string;
    readonly position: number;
  },
  target: ChannelTarget,
  nowMs: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO alert_channels (id, shop, kind, name, target, severity, quiet_hours, created_at,
       position)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, position = excluded.position, target = excluded.target,
       severity = excluded.severity, quiet_hours = excluded.quiet_hours, status = 'active',
       failures = 0`,
    [
      channel.id,
      channel.shop,
      channel.kind,
      channel.name,
      vault.seal(JSON.stringify(target), purposeOf(channel.id)),
      channel.severity,
      channel.quietHours === null ? null : JSON.stringify(channel.quietHours),
      new Date(nowMs),
      channel.position,
    ],
  );
}

/** How long a claim lasts: longer than any message takes. */
const leaseSeconds = 60;

/** Takes the channel that has had something to send for longest; null when none has. */
export async function claimChannel(
  db: Queryable,
  vault: Vault,
  leaseId: string,
  nowMs: number,
): Promise<OpenedChannel | null> {
  const { rows } = await db.query<Row>(
    `UPDATE alert_channels c SET lease_id = $1, lease_until = now() + make_interval(secs => $2)
     FROM (SELECT id FROM alert_channels
           WHERE next_at <= $3 AND status = 'active'
             AND (lease_until IS NULL OR lease_until < now())
           ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED) due
     WHERE c.id = due.id RETURNING c.*`,
    [leaseId, leaseSeconds, new Date(nowMs)],
  );
  return rows[0] ? toOpened(vault, rows[0]) : null;
}

/** Locks a claimed channel until the end of the transaction; false when the claim is somebody else's by now. */
export async function holdClaim(tx: Transaction, id: string, leaseId: string): Promise<boolean> {
  const { rows } = await tx.query(
    "SELECT 1 AS one FROM alert_channels WHERE id = $1 AND lease_id = $2 FOR UPDATE",
    [id, leaseId],
  );
  return rows.length > 0;
}

/** What a message leaves on its channel. Times in epoch milliseconds. */
export interface ChannelAfter {
  readonly failures: number;
  readonly problem: string | null;
  readonly status: ChannelStatus;
  /** When a message arrived; null: none did. */
  readonly deliveredMs: number | null;
  /** No message goes out until then; null: it may rest already. */
  readonly restsUntilMs: number | null;
  /** When there is something to send again; null: nothing waits. */
  readonly nextMs: number | null;
}

/** Lets a channel go. Its row has to be locked, and read before `after` was worked out. */
export async function releaseChannel(
  tx: Transaction,
  id: string,
  after: ChannelAfter,
): Promise<void> {
  const at = (ms: number | null) => (ms === null ? null : new Date(ms));
  await tx.query(
    `UPDATE alert_channels SET lease_id = NULL, lease_until = NULL, failures = $2, problem = $3,
       status = $4, delivered_at = coalesce($5, delivered_at),
       rests_until = coalesce($6, rests_until), next_at = $7 WHERE id = $1`,
    [
      id,
      after.failures,
      after.problem,
      after.status,
      at(after.deliveredMs),
      at(after.restsUntilMs),
      at(after.nextMs),
    ],
  );
}

function openTarget(vault: Vault, row: Row): ChannelTarget {
  return JSON.parse(vault.open(row.target, purposeOf(row.id)).toString("utf8")) as ChannelTarget;
}

function toOpened(vault: Vault, row: Row): OpenedChannel {
  const { id, shop, kind, failures } = row;
  return { id, shop, kind, failures, ...openTarget(vault, row) };
}

/** Notes how a test message fared. */
export async function noteTest(db: Queryable, id: string, problem: string | null): Promise<void> {
  await db.query("UPDATE alert_channels SET problem = $2 WHERE id = $1", [id, problem]);
}
