import type { HoldView } from "#app/coordination/types.ts";
import { shopHandle } from "#app/ui/format/shop.ts";

/** A system that can be asked about a hold, or was. */
export interface KnownSystem {
  readonly id: string;
  readonly name: string;
  /** Whose it is. */
  readonly shop: string;
  /** It is sent to, so that it hears the question. */
  readonly active: boolean;
}

/** A system as a person of a store knows it: with its store where that is another one. Pure. */
export function nameOfSystem({ name, shop }: KnownSystem, here: string): string {
  return shop === here ? name : `${name} (${shopHandle(shop)})`;
}

/** What each system that was asked about a hold has said, in the order they were asked. Pure. */
export function answersOf(
  { participants, status }: HoldView,
  systems: readonly KnownSystem[],
  here: string,
): { readonly systemId: string; readonly name: string; readonly said: string }[] {
  return participants.map(({ systemId, answer }) => {
    const known = systems.find(({ id }) => id === systemId);
    const name = known === undefined ? "A removed system" : nameOfSystem(known, here);
    const silent = status === "held" ? "waiting" : "did not answer";
    const said = answer === null ? silent : answer === "acknowledged" ? "agreed" : "refused";
    return { systemId, name, said };
  });
}

/** Why a hold is over, with the name of who refused it; null while it is not over. Pure. */
export function whyOver(
  hold: HoldView,
  systems: readonly KnownSystem[],
  here: string,
): string | null {
  const refuser = answersOf(hold, systems, here).find(({ said }) => said === "refused");
  return hold.status === "released" && refuser ? `${refuser.name} refused it.` : hold.reason;
}
