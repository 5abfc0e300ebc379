import { countOf } from "#app/ui/format/number.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { Inline, Paragraph, Section } from "#app/ui/kit/section.tsx";

/** How many of this store's articles somebody has to look at, and the way there. */
export function Links({ doubts }: { readonly doubts: number }) {
  return (
    <Section
      heading="Linked articles"
      accessory={<Button to="/app/store-group/links">Review links</Button>}
    >
      <Inline>
        {doubts > 0 && (
          <Badge tone="caution">{countOf(doubts, "article to review", "articles to review")}</Badge>
        )}
        <Paragraph>
          {doubts > 0
            ? "What waits here is not shared until you say which of your articles is meant."
            : "Articles with the same SKU or barcode share their stock. None waits for you."}
        </Paragraph>
      </Inline>
    </Section>
  );
}
