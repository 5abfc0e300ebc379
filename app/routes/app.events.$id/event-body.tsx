import { useFetcher, useSearchParams } from "@remix-run/react";
import type { EventBodyView } from "#app/events/types.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { indentJson } from "#app/ui/format/json.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { CodeView } from "#app/ui/kit/code-view.tsx";
import { Inline, Paragraph, Section, Stack } from "#app/ui/kit/section.tsx";
import { errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import type { Revealed } from "./event.presenter.server.ts";

/** What Shopify sent: closed at first, masked when opened, in the clear only on request. */
export function EventBody(props: {
  readonly masked: EventBodyView | null;
  readonly bytes: number;
}) {
  const fetcher = useFetcher<ActionOutcome<Revealed>>();
  const [params, setParams] = useSearchParams();
  useOutcomeToast(fetcher.data);
  const shown = params.get("body") === "shown";
  const revealed = fetcher.data?.ok === true ? (fetcher.data.body ?? null) : null;
  const toggle = () => {
    setParams(shown ? {} : { body: "shown" }, { preventScrollReset: true });
  };
  const error = errorOf(fetcher.data, "");
  return (
    <Section
      heading="Body"
      description={`${formatCount(props.bytes)} bytes, stored encrypted. ${shown && revealed ? "Personal data is shown." : "Personal data is masked."}`}
      accessory={
        <Button onClick={toggle} expanded={shown}>
          {shown ? "Hide body" : "Show body"}
        </Button>
      }
    >
      {shown && (
        <Stack>
          {error !== undefined && <Banner tone="critical" heading={error} />}
          <BodyText body={revealed ?? props.masked} />
          {revealed === null && props.masked !== null && (
            <Inline>
              <Button
                loading={fetcher.state !== "idle"}
                onClick={() => {
                  fetcher.submit({ intent: "reveal" }, { method: "post" });
                }}
              >
                Show personal data
              </Button>
              <Paragraph tone="subdued">Who looked, and when, is written down.</Paragraph>
            </Inline>
          )}
        </Stack>
      )}
    </Section>
  );
}

function BodyText({ body }: { readonly body: EventBodyView | null }) {
  if (body === null) {
    return (
      <Paragraph tone="subdued">
        The body is gone: bodies are kept for 30 days. What happened to the event stays.
      </Paragraph>
    );
  }
  const headers = Object.entries(body.headers).map(([name, value]) => `${name}: ${value}`);
  return (
    <Stack>
      <CodeView label="body" text={indentJson(body.text)} />
      {body.truncated && <Paragraph tone="subdued">Cut off after 256 KB.</Paragraph>}
      <Paragraph>Headers</Paragraph>
      <CodeView label="headers" text={headers.join("\n")} wrap />
    </Stack>
  );
}
