import type { AppContext } from "#app/context.server.ts";
import { countByHand } from "#app/coordination/index.server.ts";
import { defaultPoolLocation } from "#app/coordination/types.ts";
import type { ActionOutcome, FormError } from "#app/ui/kit/toast.ts";

/** Where a count that was taken in shows. */
export interface CountNews {
  readonly poolId: string;
}

/** Takes a count in that a person has entered, or says what is wrong with it. */
export async function takeCount(
  { db, vault, clock, queue }: Pick<AppContext, "db" | "vault" | "clock" | "queue">,
  caller: { readonly shop: string; readonly actor: string },
  form: FormData,
): Promise<ActionOutcome<CountNews>> {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const [sku, poolLocation, units] = [text("sku"), text("poolLocation"), text("units")];
  const onHand = Number(units);
  const errors: FormError[] = [];
  if (sku === "") errors.push({ field: "sku", message: "Name the article by its SKU." });
  if (units === "" || !Number.isSafeInteger(onHand) || onHand < 0 || onHand > 1_000_000_000)
    errors.push({ field: "units", message: "Enter a whole number from 0 up." });
  if (errors.length > 0) return { ok: false, errors };
  const deps = { db, vault, clock, enqueue: queue.enqueue };
  const poolLocationId = poolLocation === "" ? defaultPoolLocation : poolLocation;
  const counted = await countByHand(deps, caller, { sku, poolLocationId, onHand });
  if (counted.outcome === "taken")
    return { ok: true, toast: "Count saved", poolId: counted.poolId };
  return { ok: false, errors: [{ field: counted.field, message: counted.why }] };
}
