import type { AlertView } from "#app/alerts/types.ts";
import type { ShopView } from "#app/shops/types.ts";
import type { SystemView } from "#app/systems/types.ts";

/** At most one banner, by how bad it is. */
export type Notice =
  | { readonly kind: "alert"; readonly alert: AlertView }
  | { readonly kind: "reconnect" }
  | { readonly kind: "disabled"; readonly id: string; readonly name: string };

/**
 * The one thing the overview says on top: Shopify no longer tells, a promise is broken, nothing is
 * sent to a system, changes are given up, Converge is not let in. What somebody looks after or put
 * off is not said again. Pure.
 */
export function noticeOf(facts: {
  readonly view: ShopView | null;
  readonly systems: readonly SystemView[];
  readonly alerts: readonly AlertView[];
}): Notice | null {
  const { view, systems, alerts } = facts;
  const worst = (kind: AlertView["kind"]): Notice[] =>
    alerts
      .filter((one) => one.kind === kind && one.state === "open" && one.severity === "critical")
      .map((alert) => ({ kind: "alert", alert }));
  const disabled = systems
    .filter((system) => system.status === "disabled")
    .map(({ id, name }): Notice => ({ kind: "disabled", id, name }));
  const reconnect: Notice[] =
    view !== null && view.reconnectNeededAt !== null ? [{ kind: "reconnect" }] : [];
  const all = [
    ...worst("subscription"),
    ...worst("sla_breach"),
    ...disabled,
    ...worst("dead_letters"),
    ...reconnect,
  ];
  return all[0] ?? null;
}
