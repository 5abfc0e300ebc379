import {
  destinationNotFound,
  limitReached,
  LOCATION_LIMIT,
  openLocations,
  type Refusal,
  whyNotActivate,
  whyNotDeactivate,
  whyNotDelete,
} from "../../commerce/location-rules.ts";
import {
  activateLocation,
  addLocation,
  deactivateLocation,
  deleteLocation,
  editLocation,
  type LocationEdit,
} from "../../commerce/locations.ts";
import { gid, idOfKind } from "../../state/ids.ts";
import type { Address, LocationRow, Store } from "../../state/model.ts";
import { objectArg, requiredText, textArg } from "../arguments.ts";
import type { Args, FieldFn, GraphContext } from "../context.ts";
import { runOnce } from "../idempotency.ts";
import type { UserError } from "../user-errors.ts";

/** locationAdd: the name must be new, and the shop must not have too many. */
export const locationAdd: FieldFn<unknown> = (_source, args, context) => {
  const { store } = context;
  const input = objectArg(args, "input");
  const name = requiredText(input, "name");
  const error = nameError(store, name, null, "Add");
  if (error) return { location: null, userErrors: [error] };
  if (openLocations(store).length >= LOCATION_LIMIT) {
    return { location: null, userErrors: [limitReached(["input"], "INVALID")] };
  }
  const address = readAddress(objectArg(input, "address"), store.shop.address);
  const location = context.perform((change) => addLocation(change, name, address));
  return { location, userErrors: [] };
};

/** locationEdit: name and address; only what is given changes. */
export const locationEdit: FieldFn<unknown> = (_source, args, context) => {
  const { store } = context;
  const location = locationOf(store, requiredText(args, "id"));
  if (!location) {
    const error = { field: ["id"], message: "Location not found.", code: "NOT_FOUND" };
    return { location: null, userErrors: [error] };
  }
  const input = objectArg(args, "input");
  const edit: LocationEdit = {};
  const name = textArg(input, "name");
  if (name !== undefined) {
    const error = nameError(store, name, location, "Edit");
    if (error) return { location: null, userErrors: [error] };
    edit.name = name;
  }
  if (input["address"]) edit.address = readAddress(objectArg(input, "address"), location.address);
  context.perform((change) => editLocation(change, location, edit));
  return { location, userErrors: [] };
};

function nameError(
  store: Store,
  name: string,
  own: LocationRow | null,
  verb: "Add" | "Edit",
): UserError | null {
  const field = ["input", "name"];
  const what = verb === "Add" ? "Add a location name" : "Location name can't be blank";
  if (name.trim() === "") return { field, message: what, code: "BLANK" };
  const taken = [...store.locations.values()].some((row) => row !== own && row.name === name);
  const message = "You already have a location with this name";
  return taken ? { field, message, code: "TAKEN" } : null;
}

function readAddress(input: Args, known: Address): Address {
  const text = (name: string, fallback: string) => textArg(input, name) ?? fallback;
  const countryCode = text("countryCode", known.countryCode);
  const provinceCode = text("provinceCode", known.provinceCode);
  const sameCountry = countryCode === known.countryCode;
  return {
    ...known,
    address1: text("address1", known.address1),
    city: text("city", known.city),
    zip: text("zip", known.zip),
    phone: textArg(input, "phone") ?? known.phone,
    countryCode,
    provinceCode,
    // The twin knows no names but those of the shop's own country and province.
    country: sameCountry ? known.country : countryCode,
    province: provinceCode === known.provinceCode ? known.province : provinceCode,
  };
}

/** locationActivate: opens a closed location. */
export const locationActivate: FieldFn<unknown> = (_source, args, context, info) =>
  runOnce<string>(context, info, args, {
    run: () => {
      const location = locationOf(context.store, requiredText(args, "locationId"));
      if (!location) return { userErrors: [notFound()] };
      const refusal = location.active ? null : whyNotActivate(context.store, location);
      if (refusal) return { userErrors: [refusal] };
      if (!location.active) context.perform((change) => activateLocation(change, location));
      return { result: location.id };
    },
    answer: (id) => payload(context, id, "locationActivateUserErrors", []),
    refuse: (errors) => payload(context, args, "locationActivateUserErrors", errors),
  });

/** locationDeactivate: closes a location, and moves what it has to another one. */
export const locationDeactivate: FieldFn<unknown> = (_source, args, context, info) =>
  runOnce<string>(context, info, args, {
    run: () => {
      const { store } = context;
      const location = locationOf(store, requiredText(args, "locationId"));
      if (!location) return { userErrors: [notFound()] };
      const heir = textArg(args, "destinationLocationId");
      const destination = heir === undefined ? null : (locationOf(store, heir) ?? null);
      if (heir !== undefined && !destination) return { userErrors: [destinationNotFound()] };
      const refusal = whyNotDeactivate(store, location, destination);
      if (refusal && location.active) return { userErrors: [refusal] };
      if (location.active) {
        context.perform((change) => deactivateLocation(change, location, destination));
      }
      return { result: location.id };
    },
    answer: (id) => payload(context, id, "locationDeactivateUserErrors", []),
    refuse: (errors) => payload(context, args, "locationDeactivateUserErrors", errors),
  });

/** locationDelete: only of a closed location that holds nothing. */
export const locationDelete: FieldFn<unknown> = (_source, args, context) => {
  const location = locationOf(context.store, requiredText(args, "locationId"));
  const refusal = location ? whyNotDelete(context.store, location) : notFound();
  if (!location || refusal) {
    return { deletedLocationId: null, locationDeleteUserErrors: [refusal] };
  }
  context.perform((change) => deleteLocation(change, location));
  return { deletedLocationId: gid("Location", location.id), locationDeleteUserErrors: [] };
};

function locationOf(store: Store, globalId: string): LocationRow | undefined {
  return store.locations.get(idOfKind(globalId, "Location") ?? "");
}

function notFound(): Refusal {
  return { field: ["locationId"], message: "Location not found.", code: "LOCATION_NOT_FOUND" };
}

/** The location, changed or not, beside the errors. Their code enums lack one code of the keys'. */
function payload(
  { store }: GraphContext,
  id: string | Args,
  errorsField: string,
  errors: UserError[],
): Record<string, unknown> {
  const location =
    typeof id === "string"
      ? store.locations.get(id)
      : locationOf(store, requiredText(id, "locationId"));
  const known = errors.map(({ code, ...error }) => ({
    ...error,
    code: code === "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED" ? null : code,
  }));
  return { location: location ?? null, [errorsField]: known };
}
