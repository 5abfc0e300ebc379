import { comparedFields, dataDomains } from "#app/data-domains.ts";
import { type DomainComparison, exactFields, namingFields } from "#app/systems/types.ts";
import { domainWord } from "#app/ui/words.ts";

/** One field the system has another name for, as the form keeps it: `inventory.available=qty`. */
export interface NameEntry {
  /** `inventory.available` */
  readonly field: string;
  readonly name: string;
}

/** Reads an entry; the name may contain anything. Pure. */
export function readEntry(entry: string): NameEntry {
  const [field = "", ...name] = entry.split("=");
  return { field, name: name.join("=") };
}

/** Writes an entry. Pure. */
export function writeEntry({ field, name }: NameEntry): string {
  return `${field}=${name}`;
}

/** The fields a name can be given for, of some kinds of data. Pure. */
export function nameableFields(
  domains: readonly string[],
): readonly { readonly value: string; readonly label: string }[] {
  return dataDomains
    .filter((domain) => domains.includes(domain) && comparedFields[domain] !== undefined)
    .flatMap((domain) =>
      [...(comparedFields[domain] ?? []), ...namingFields].map((field) => ({
        value: `${domain}.${field}`,
        label: `${domainWord(domain)}: ${fieldWords[field] ?? field}`,
      })),
    );
}

/** What merchants call the fields that are no words of theirs. */
const fieldWords: Readonly<Record<string, string>> = {
  sku: "SKU",
  resourceId: "Shopify's id",
  locationId: "place",
  observedAt: "time of the count",
  available: "available",
  descriptionHtml: "description",
  productType: "type",
  compareAtPrice: "compare-at price",
  firstName: "first name",
  lastName: "last name",
  trackingNumber: "tracking number",
  trackingCompany: "carrier",
  trackingUrl: "tracking link",
};

type Comparison = Readonly<Record<string, DomainComparison>>;

/** The form as a system is compared now. Pure. */
export function comparisonForm(comparison: Comparison): {
  readonly stockWithin: string;
  readonly priceWithin: string;
  readonly names: readonly string[];
} {
  const within = (domain: string, field: string) => {
    const by = comparison[domain]?.within[field];
    return by === undefined ? "" : String(by);
  };
  return {
    stockWithin: within("inventory", "available"),
    priceWithin: within("pricing", "price"),
    names: Object.entries(comparison).flatMap(([domain, { names }]) =>
      Object.entries(names).map(([field, name]) =>
        writeEntry({ field: `${domain}.${field}`, name }),
      ),
    ),
  };
}

/** Turns what was posted into what `parseNewSystem` checks. Pure. */
export function readComparison(form: FormData): Record<string, unknown> {
  const comparison: Record<
    string,
    { names: Record<string, string>; within: Record<string, string> }
  > = {};
  const of = (domain: string) => (comparison[domain] ??= { names: {}, within: {} });
  for (const entry of form.getAll("names")) {
    if (typeof entry !== "string") continue;
    const { field, name } = readEntry(entry);
    const [domain = "", own = ""] = field.split(".");
    of(domain).names[own] = name;
  }
  for (const [input, domain] of [
    ["stockWithin", "inventory"],
    ["priceWithin", "pricing"],
  ] as const) {
    const by = form.get(input);
    if (typeof by !== "string" || by.trim() === "") continue;
    for (const field of exactFields[domain] ?? []) of(domain).within[field] = by.trim();
  }
  return comparison;
}
