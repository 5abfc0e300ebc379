import { Link as RemixLink } from "@remix-run/react";
import { Checkbox } from "@shopify/polaris";
import type { ReactNode } from "react";

/**
 * A table that opens details, selects rows and becomes a list on a phone. Own markup instead of
 * Polaris' IndexTable, which measures its columns in the browser: this one is whole in the server's
 * HTML, so that nothing moves while the page loads.
 */
export interface Column<Row> {
  readonly key: string;
  readonly heading: string;
  /** Numbers stand at the end. */
  readonly align?: "start" | "end";
  /** Where room is short the column goes: it must be on the details page too. */
  readonly optional?: boolean;
  /** Buttons and links of their own, which must stay clickable above the row's link. */
  readonly interactive?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

/** Which rows are chosen, by key. */
export interface Selection<Row> {
  readonly selected: ReadonlySet<string>;
  readonly onChange: (selected: ReadonlySet<string>) => void;
  /** Names the row for people who cannot see it. */
  readonly labelOf: (row: Row) => string;
}

interface TableProps<Row> {
  /** What the table holds; read out, not shown. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Where a click on the row leads; the first column's content is the link. Undefined: nowhere. */
  readonly hrefOf?: (row: Row) => string | undefined;
  readonly selection?: Selection<Row> | undefined;
  /** Stands in place of the rows when there are none. */
  readonly empty: ReactNode;
  /** The rows shown are about to be replaced. */
  readonly loading?: boolean;
}

/** Rows and columns; see `Column` for what a column can do. */
export function Table<Row>(props: TableProps<Row>) {
  if (props.rows.length === 0) return <div className="cv-table__empty">{props.empty}</div>;
  const classes = props.loading === true ? "cv-table cv-table--loading" : "cv-table";
  return (
    <div className="cv-table-wrap">
      <table className={classes} role="table" aria-busy={props.loading === true}>
        <caption className="cv-hidden">{props.caption}</caption>
        <TableHead {...props} />
        <tbody role="rowgroup">
          {props.rows.map((row) => (
            <TableRow key={props.keyOf(row)} row={row} table={props} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TableHead<Row>(props: TableProps<Row>) {
  const { selection, rows, keyOf } = props;
  return (
    <thead role="rowgroup">
      <tr role="row">
        {selection && (
          <th scope="col" role="columnheader" className="cv-table__select">
            <SelectAll selection={selection} keys={rows.map(keyOf)} />
          </th>
        )}
        {props.columns.map((column) => (
          <th key={column.key} scope="col" role="columnheader" className={cellClass(column)}>
            {column.heading}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function SelectAll<Row>(props: {
  readonly selection: Selection<Row>;
  readonly keys: readonly string[];
}) {
  const { selected, onChange } = props.selection;
  const chosen = props.keys.filter((key) => selected.has(key)).length;
  const all = chosen === props.keys.length;
  return (
    <Checkbox
      label="Select all rows of this page"
      labelHidden
      checked={all ? true : chosen > 0 ? "indeterminate" : false}
      onChange={() => {
        onChange(new Set(all ? [] : props.keys));
      }}
    />
  );
}

function TableRow<Row>({ row, table }: { readonly row: Row; readonly table: TableProps<Row> }) {
  const { columns, selection } = table;
  const key = table.keyOf(row);
  const href = table.hrefOf?.(row);
  const chosen = selection?.selected.has(key) === true;
  const classes = [
    href === undefined ? "" : "cv-table__row--link",
    chosen ? "cv-table__row--on" : "",
  ];
  return (
    <tr role="row" className={classes.join(" ").trim()}>
      {selection && (
        <td role="cell" className="cv-table__select cv-above">
          <Checkbox
            label={`Select ${selection.labelOf(row)}`}
            labelHidden
            checked={chosen}
            onChange={() => {
              selection.onChange(toggled(selection.selected, key));
            }}
          />
        </td>
      )}
      {columns.map((column, index) => (
        <td key={column.key} role="cell" className={cellClass(column)} data-label={column.heading}>
          {index === 0 && href !== undefined ? (
            <RemixLink to={href} className="cv-table__link">
              {column.cell(row)}
            </RemixLink>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

function toggled(selected: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(selected);
  if (!next.delete(key)) next.add(key);
  return next;
}

function cellClass<Row>(column: Column<Row>): string {
  const classes = [
    column.align === "end" ? "cv-end" : "",
    column.optional === true ? "cv-optional" : "",
    column.interactive === true ? "cv-above" : "",
  ];
  return classes.filter((name) => name !== "").join(" ");
}
