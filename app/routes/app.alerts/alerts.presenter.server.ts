import {
  acknowledgeAlert,
  editChannels,
  listAlerts,
  readChannels,
  sendTestMessage,
  snoozeAlert,
  standingAlerts,
} from "#app/alerts/index.server.ts";
import type { AppContext } from "#app/context.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { type AlertsRequest, rowsPerPage } from "./form.ts";

type Context = Pick<AppContext, "config" | "db" | "vault" | "clock" | "egress" | "shopify" | "log">;

/** The open alerts, or a page of those that are over, and who is told of them. */
export async function loadAlerts(
  { db, vault, clock, config }: Pick<Context, "db" | "vault" | "clock" | "config">,
  shop: string,
  wanted: { readonly history: boolean; readonly after: string | null },
) {
  const { history, after } = wanted;
  const [view, standing, over, channels] = await Promise.all([
    getShop(db, shop),
    history ? [] : standingAlerts(db, shop, rowsPerPage),
    history
      ? listAlerts(
          db,
          shop,
          { states: ["closed"] },
          { limit: rowsPerPage, after: after ?? undefined },
        )
      : { items: [], next: null },
    readChannels(db, vault, shop),
  ]);
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    history,
    rows: history ? over.items : standing,
    next: over.next,
    channels,
    canMail: config.smtpUrl !== undefined,
  };
}

/** What the screen shows. */
export type AlertsPage = Awaited<ReturnType<typeof loadAlerts>>;

/** What an action says besides: the secret of a new webhook, shown once. */
export interface ChannelSecret {
  readonly secret?: string | undefined;
}

/** Does what a person asked for. */
export async function actOnAlerts(
  context: Context,
  shop: string,
  actor: string,
  request: AlertsRequest,
): Promise<ActionOutcome<ChannelSecret>> {
  switch (request.intent) {
    case "acknowledge":
      return told(await acknowledgeAlert(context, shop, actor, request.id), "Alert acknowledged");
    case "snooze":
      return told(
        await snoozeAlert(context, shop, actor, request.id, request.minutes),
        "Alert snoozed",
      );
    case "test": {
      const result = await sendTestMessage(context, shop, request.id);
      if (result?.ok === true) return { ok: true, toast: "Test sent" };
      return refused("", result?.error ?? "There is no such channel any more.");
    }
    case "remove": {
      const others = await editChannels(context, limitsOf(context), shop, actor, (now) =>
        now.filter(({ id }) => id !== request.id),
      );
      return others.ok
        ? { ok: true, toast: "Channel removed" }
        : { ok: false, errors: others.errors };
    }
    case "add":
      return addChannel(context, shop, actor, request.channel);
  }
}

async function addChannel(
  context: Context,
  shop: string,
  actor: string,
  channel: Extract<AlertsRequest, { intent: "add" }>["channel"],
): Promise<ActionOutcome<ChannelSecret>> {
  const added = await editChannels(context, limitsOf(context), shop, actor, (now) => [
    ...now,
    channel,
  ]);
  if (!added.ok) {
    // The new one is the last of the list; the screen shows its fields alone.
    const errors = added.errors.map(({ field, message }) => ({
      field: field.replace(/^items(?:\[\d+\]\.)?/, ""),
      message,
    }));
    return { ok: false, errors };
  }
  return { ok: true, toast: "Channel added", secret: [...added.secrets.values()][0] };
}

function limitsOf({ config }: Context) {
  return { allowPrivate: config.allowPrivateDestinations, canMail: config.smtpUrl !== undefined };
}

function told(
  done: Awaited<ReturnType<typeof acknowledgeAlert>>,
  toast: string,
): ActionOutcome<ChannelSecret> {
  if (done?.outcome === "done") return { ok: true, toast };
  return refused("", "This alert is over already.");
}

function refused(field: string, message: string): ActionOutcome<ChannelSecret> {
  return { ok: false, errors: [{ field, message }] };
}
