import { dataDomains } from "#app/data-domains.ts";
import type { OwnershipRule } from "#app/ownership/types.ts";

/** Stands among the owners for what the store's group says; no system has this id. */
export const groupChoice = "group";

/** What a person asked to do with the rules; the rules themselves are checked by the room. */
export interface RulesRequest {
  readonly intent: "save" | "preview";
  readonly items: readonly unknown[];
}

/** Reads the form: for each kind of data an owner and what a foreign write leads to. Pure. */
export function readRulesForm(form: FormData): RulesRequest {
  return {
    intent: form.get("intent") === "preview" ? "preview" : "save",
    items: dataDomains.map((domain) => ({
      domain,
      ...(form.get(`${domain}.owner`) === groupChoice
        ? { source: "group" }
        : {
            owner: form.get(`${domain}.owner`),
            onForeignWrite: form.get(`${domain}.onForeignWrite`),
          }),
      ...(form.has(`${domain}.metafield`) ? { metafield: form.get(`${domain}.metafield`) } : {}),
    })),
  };
}

/** Rules as the form sends them. Pure. */
export function rulesFields(rules: readonly OwnershipRule[]): Record<string, string> {
  return Object.fromEntries(
    rules.flatMap(({ domain, owner, onForeignWrite, metafield, source }) => {
      const fields: [string, string][] =
        source === "group"
          ? [[`${domain}.owner`, groupChoice]]
          : [
              [`${domain}.owner`, owner],
              [`${domain}.onForeignWrite`, onForeignWrite],
            ];
      return metafield === undefined ? fields : [...fields, [`${domain}.metafield`, metafield]];
    }),
  );
}
