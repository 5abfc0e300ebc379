import type { Queryable } from "#app/db.server.ts";
import { bodyPurpose } from "./body-purpose.ts";
import { parseLossless, stringifyLossless } from "./lossless-json.ts";
import { maskPersonalData } from "./mask-personal-data.ts";
import type { EventBodyView } from "./types.ts";

/** What opens sealed bodies. */
interface Opener {
  open(sealed: Uint8Array, purpose: string): Buffer;
}

const shownCharacters = 256 * 1024;

/**
 * The raw body of an event as text, at most 256 KiB of it, with personal data masked unless asked
 * for. A body that is not JSON is shown as it came only when unmasked, since nobody can tell what is
 * in it. Null when the body is gone or the event is another shop's.
 */
export async function readEventBody(
  db: Queryable,
  vault: Opener,
  shop: string,
  eventId: string,
  options: { readonly masked: boolean },
): Promise<EventBodyView | null> {
  const { rows } = await db.query<{ body: Buffer; headers: Record<string, string> }>(
    `SELECT b.body, b.headers FROM event_bodies b
     JOIN events e ON e.id = b.event_id WHERE e.shop = $1 AND e.id = $2::uuid`,
    [shop, eventId],
  );
  const row = rows[0];
  if (!row) return null;
  const raw = vault.open(row.body, bodyPurpose(eventId)).toString("utf8");
  const text = options.masked ? maskedText(raw) : raw;
  return {
    text: text.slice(0, shownCharacters),
    truncated: text.length > shownCharacters,
    masked: options.masked,
    headers: row.headers,
  };
}

function maskedText(raw: string): string {
  try {
    return stringifyLossless(maskPersonalData(parseLossless(raw)), 2);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError)
      return "This body is not JSON. Reveal it to see it as it came.";
    throw error;
  }
}
