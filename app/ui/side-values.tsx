/** What one side of a disagreement says of a record, field by field; null: it has no such record. */
export type SideValues = Readonly<Record<string, string | number | boolean | null>> | null;

const fieldWords: Readonly<Record<string, string>> = {
  onHand: "on hand",
  compareAtPrice: "compare-at price",
  productType: "product type",
  descriptionHtml: "description",
  firstName: "first name",
  lastName: "last name",
  trackingNumber: "tracking number",
  trackingCompany: "carrier",
  trackingUrl: "tracking link",
};

/** What a merchant calls a field. */
export function fieldWord(field: string): string {
  return Object.hasOwn(fieldWords, field) ? (fieldWords[field] ?? field) : field;
}

/** Enough to tell two texts apart in a table. */
const shownCharacters = 80;

/** The values of one side: "12 available", "title: Merino Tee". */
export function SideValues({ values }: { readonly values: SideValues }) {
  if (values === null) return <>–</>;
  return (
    <>
      {Object.entries(values).map(([field, value]) => (
        <div key={field}>
          {typeof value === "number" ? (
            <>
              {String(value)} <span className="cv-subdued">{fieldWord(field)}</span>
            </>
          ) : (
            <>
              <span className="cv-subdued">{`${fieldWord(field)}: `}</span>
              {valueText(value)}
            </>
          )}
        </div>
      ))}
    </>
  );
}

/** A value in words, short enough to stand beside another. */
export function valueText(value: string | number | boolean | null): string {
  if (value === null || value === "") return "nothing";
  if (typeof value === "number") return String(value).replace("-", "−");
  const plain = String(value).replaceAll(/<[^>]*>/g, "");
  return plain.length > shownCharacters ? `${plain.slice(0, shownCharacters)}…` : plain;
}
