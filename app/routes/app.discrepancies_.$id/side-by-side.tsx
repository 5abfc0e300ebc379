import type { SideValue } from "#app/discrepancies/types.ts";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { fieldWord, valueText } from "#app/ui/side-values.tsx";

/** One side, with since when it is so and when it was looked at. */
interface Side {
  readonly name: string;
  readonly value: SideValue;
  readonly changedAt?: string | null;
  readonly seenAt: string;
}

/** Both sides of a disagreement, field by field. */
export function SideBySide({ left, right }: { readonly left: Side; readonly right: Side }) {
  const fields = [...new Set([...fieldsOf(left.value), ...fieldsOf(right.value)])];
  return (
    <table className="cv-sides">
      <caption className="cv-hidden">Both sides, field by field</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="cv-hidden">Field</span>
          </th>
          <SideHead side={left} />
          <SideHead side={right} />
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <tr key={field}>
            <th scope="row">{fieldWord(field)}</th>
            <td>{cellOf(left.value, field)}</td>
            <td>{cellOf(right.value, field)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SideHead({ side }: { readonly side: Side }) {
  const { changedAt = null } = side;
  return (
    <th scope="col">
      {side.name}
      <span className="cv-cell-2">
        {"Seen "}
        <RelativeTime at={side.seenAt} />
      </span>
      {changedAt !== null && (
        <span className="cv-cell-2">
          {"Changed "}
          <RelativeTime at={changedAt} />
        </span>
      )}
    </th>
  );
}

function fieldsOf(value: SideValue): string[] {
  return value === null ? [] : Object.keys(value);
}

function cellOf(value: SideValue, field: string): string {
  if (value === null) return "no such record";
  return Object.hasOwn(value, field) ? valueText(value[field] ?? null) : "not told";
}
