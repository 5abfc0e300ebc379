import { useNavigate } from "@remix-run/react";
import { useState } from "react";
import { dataDomains } from "#app/data-domains.ts";
import { eventSources } from "#app/events/types.ts";
import { formatMoment } from "#app/ui/format/time.ts";
import { useLoadedMs, useTimeZone } from "#app/ui/kit/clock.tsx";
import { Select, TextField } from "#app/ui/kit/fields.tsx";
import { AppliedFilters } from "#app/ui/kit/table-tools.tsx";
import { domainWords, knownTopics, sourceWords, topicWord } from "#app/ui/words.ts";
import { eventsHref, isFiltered, tagsOf } from "./event-query.ts";
import type { EventQuery } from "./event-query.ts";

const any = "";

const topicOptions = [
  { label: "Any topic", value: any },
  ...knownTopics.map((value) => ({ label: topicWord(value), value })),
];
const domainOptions = [
  { label: "All data", value: any },
  ...dataDomains.map((value) => ({ label: domainWords[value], value })),
];
const sourceOptions = [
  { label: "Any source", value: any },
  ...eventSources.map((value) => ({ label: sourceWords[value], value })),
];

/** Search and filters; every choice goes into the URL at once. */
export function EventFilters({ query }: { readonly query: EventQuery }) {
  const navigate = useNavigate();
  const timeZone = useTimeZone();
  const loadedMs = useLoadedMs();
  const go = (href: string) => {
    navigate(href, { preventScrollReset: true });
  };
  const tags = tagsOf(query, (at) => formatMoment(at, timeZone, loadedMs));
  return (
    <>
      <div className="cv-filter-row">
        <SearchField
          initial={query.q}
          onSearch={(q) => {
            go(eventsHref(query, { q }));
          }}
        />
        <Select
          label="Topic"
          labelHidden
          options={topicOptions}
          value={query.filter.topic ?? any}
          onChange={(topic) => {
            go(eventsHref(query, { topic }));
          }}
        />
        <Select
          label="Data"
          labelHidden
          options={domainOptions}
          value={query.filter.domain ?? any}
          onChange={(domain) => {
            go(eventsHref(query, { domain }));
          }}
        />
        <Select
          label="Source"
          labelHidden
          options={sourceOptions}
          value={query.filter.source ?? any}
          onChange={(source) => {
            go(eventsHref(query, { source }));
          }}
        />
      </div>
      {isFiltered(query) && <AppliedFilters filters={tags} clear="/app/events" />}
    </>
  );
}

/** Text that is looked for on Enter, and given up when cleared. */
function SearchField(props: {
  readonly initial: string;
  readonly onSearch: (text: string) => void;
}) {
  const [text, setText] = useState(props.initial);
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        props.onSearch(text.trim());
      }}
    >
      <TextField
        label="Search events"
        labelHidden
        type="search"
        placeholder="Any id, or a topic"
        value={text}
        onChange={setText}
        onClear={() => {
          setText("");
          if (props.initial !== "") props.onSearch("");
        }}
      />
    </form>
  );
}
