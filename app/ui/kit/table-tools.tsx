import { Link as RemixLink, useNavigate } from "@remix-run/react";
import { Pagination as PolarisPagination, Tag as PolarisTag } from "@shopify/polaris";
import { type ReactNode, useState } from "react";
import { TextField } from "./fields.tsx";

/** One saved view of a list. */
export interface View {
  readonly label: string;
  readonly to: string;
  readonly current: boolean;
}

/** The views of a list, as links: the choice is in the URL. */
export function ViewTabs(props: {
  readonly label: string;
  readonly views: readonly View[];
  /** Not on top of a table: without a line below. */
  readonly bare?: boolean;
}) {
  return (
    <nav
      className={props.bare === true ? "cv-views cv-views--bare" : "cv-views"}
      aria-label={props.label}
    >
      {props.views.map((view) => (
        <RemixLink
          key={view.label}
          to={view.to}
          preventScrollReset
          className="cv-views__item"
          aria-current={view.current ? "page" : undefined}
        >
          {view.label}
        </RemixLink>
      ))}
    </nav>
  );
}

/** The line above a table: what is shown or chosen on the left, what can be done on the right. Its height never changes. */
export function TableBar(props: { readonly start: ReactNode; readonly end?: ReactNode }) {
  return (
    <div className="cv-bar">
      <div className="cv-bar__start">{props.start}</div>
      <div className="cv-bar__end">{props.end}</div>
    </div>
  );
}

/** Finds in a list: Enter goes to the URL of what was typed, clearing it to that of the whole list. */
export function TableSearch(props: {
  readonly label: string;
  readonly search: string;
  readonly hrefOf: (search: string) => string;
}) {
  const { label, search, hrefOf } = props;
  const [text, setText] = useState(search);
  const navigate = useNavigate();
  const find = (wanted: string) => {
    navigate(hrefOf(wanted.trim()));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        find(text);
      }}
    >
      <TextField
        label={label}
        labelHidden
        placeholder={label}
        type="search"
        value={text}
        onChange={setText}
        onClear={() => {
          setText("");
          find("");
        }}
      />
    </form>
  );
}

/** Filters in force, each with a way to drop it. */
export function AppliedFilters(props: {
  readonly filters: readonly { readonly label: string; readonly without: string }[];
  readonly clear: string;
}) {
  const navigate = useNavigate();
  if (props.filters.length === 0) return null;
  return (
    <div className="cv-filters">
      {props.filters.map((filter) => (
        <PolarisTag
          key={filter.label}
          onRemove={() => {
            navigate(filter.without, { preventScrollReset: true });
          }}
        >
          {filter.label}
        </PolarisTag>
      ))}
      <RemixLink to={props.clear} preventScrollReset className="cv-link">
        Clear filters
      </RemixLink>
    </div>
  );
}

const pagingWords = {
  time: { first: "Newest", next: "Older", atFirst: "Newest first", later: "Older rows" },
  name: { first: "First", next: "More", atFirst: "First rows", later: "More rows" },
} as const;

/** Next and previous page by cursor. `first` leads back to the first rows: the newest, unless told. */
export function Paging(props: {
  readonly first: string | null;
  readonly next: string | null;
  readonly label: string;
  readonly sortedBy?: keyof typeof pagingWords;
}) {
  const navigate = useNavigate();
  const { first, next } = props;
  const words = pagingWords[props.sortedBy ?? "time"];
  if (first === null && next === null) return null;
  return (
    <div className="cv-paging">
      <PolarisPagination
        accessibilityLabel={props.label}
        hasPrevious={first !== null}
        previousTooltip={words.first}
        onPrevious={() => {
          if (first !== null) navigate(first);
        }}
        hasNext={next !== null}
        nextTooltip={words.next}
        onNext={() => {
          if (next !== null) navigate(next);
        }}
        label={first === null ? words.atFirst : words.later}
      />
    </div>
  );
}
