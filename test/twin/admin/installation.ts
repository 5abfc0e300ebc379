import { HttpError } from "../http.ts";
import type { StoreSummary, Twin } from "../types.ts";

/** What the merchant agreed to in this admin, per shop. */
export interface Installation {
  /** The merchant pressed Install: the app's first token exchange will complete it. */
  agree(shop: string): void;
  /** Whether the app may be opened: installed, or agreed to and about to be. */
  mayOpen(store: StoreSummary): boolean;
  uninstall(store: StoreSummary): void;
  /** Grants and takes back scopes; answers with what is granted then. */
  changeScopes(store: StoreSummary, change: Record<string, unknown>): ScopesAnswer;
}

export interface ScopesAnswer {
  granted: string[];
  required: string[];
  optional: string[];
}

/** Keeps the agreements of one running twin; they end when the app is installed or removed. */
export function createInstallation(twin: Twin): Installation {
  const agreed = new Set<string>();
  return {
    agree: (shop) => void agreed.add(shop),
    mayOpen(store) {
      if (store.installed) agreed.delete(store.shop);
      return store.installed || agreed.has(store.shop);
    },
    uninstall(store) {
      agreed.delete(store.shop);
      if (store.installed) twin.operations.uninstall({ shop: store.shop });
    },
    changeScopes(store, change) {
      const { requiredScopes: required, optionalScopes: optional } = twin.appToml;
      const request = namesIn(change, "request");
      const revoke = namesIn(change, "revoke");
      const foreign = request.find((scope) => ![...required, ...optional].includes(scope));
      if (foreign) throw new HttpError(422, `request: the app did not declare ${foreign}`);
      const needed = revoke.find((scope) => !optional.includes(scope));
      if (needed) throw new HttpError(422, `revoke: ${needed} is not an optional scope`);
      const before = new Set(store.scopes);
      const granted = [...before.union(new Set(request)).difference(new Set(revoke))];
      const changed = before.symmetricDifference(new Set(granted)).size > 0;
      if (changed) twin.operations.setScopes({ shop: store.shop, scopes: granted });
      return { granted, required, optional };
    },
  };
}

function namesIn(change: Record<string, unknown>, field: string): string[] {
  const names = change[field] ?? [];
  if (Array.isArray(names) && names.every((name) => typeof name === "string")) return names;
  throw new HttpError(422, `${field}: must be a list of scope names`);
}
