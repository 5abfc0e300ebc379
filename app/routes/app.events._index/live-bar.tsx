import { useFetcher, useNavigate, useRevalidator } from "@remix-run/react";
import { countOf, formatCount } from "#app/ui/format/number.ts";
import { Button } from "#app/ui/kit/button.tsx";
import { Checkbox } from "#app/ui/kit/fields.tsx";
import { UpdatedNote, useWhileVisible } from "#app/ui/kit/live.tsx";
import { TableBar } from "#app/ui/kit/table-tools.tsx";
import { eventsHref } from "./event-query.ts";
import type { EventQuery } from "./event-query.ts";
import type { loader } from "./route.tsx";

const lookEveryMs = 5_000;

/**
 * Looks for new events while the list is open and says how many there are. They come in only when
 * asked for: nothing moves under the reader.
 */
export function LiveBar(props: { readonly query: EventQuery; readonly newest: string | null }) {
  const { query, newest } = props;
  const navigate = useNavigate();
  const revalidator = useRevalidator();
  const fetcher = useFetcher<typeof loader>();
  const live = query.live && query.after === null;
  useWhileVisible(
    () => {
      if (fetcher.state === "idle") fetcher.load(withIndex(eventsHref(query)));
    },
    lookEveryMs,
    live,
  );
  const found = fetcher.data?.events ?? [];
  // Ids sort by arrival, so "newer" needs no clock.
  const fresh = live ? found.filter((event) => newest === null || event.id > newest).length : 0;
  const more = fresh > 0 && fresh === found.length && fetcher.data?.next !== null;
  return (
    <TableBar
      start={
        <UpdatedNote
          reachable
          onRefresh={() => {
            revalidator.revalidate();
          }}
        />
      }
      end={
        <>
          <span role="status">
            {fresh > 0 && (
              <Button
                onClick={() => {
                  revalidator.revalidate();
                }}
              >
                {`${more ? `${formatCount(fresh)}+ new events` : countOf(fresh, "new event")} – Show`}
              </Button>
            )}
          </span>
          {query.after === null && (
            <Checkbox
              label="Live"
              checked={query.live}
              onChange={(checked) => {
                navigate(eventsHref(query, { live: checked ? "1" : null }), {
                  preventScrollReset: true,
                });
              }}
            />
          )}
        </>
      }
    />
  );
}

/** The list is an index route: without this mark a fetcher would ask the layout above it. */
function withIndex(href: string): string {
  return `${href}${href.includes("?") ? "&" : "?"}index`;
}
