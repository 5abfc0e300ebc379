import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { CodeView } from "#app/ui/kit/code-view.tsx";
import { CopyableId } from "#app/ui/kit/copyable.tsx";
import { Inline, Paragraph, Section, Stack } from "#app/ui/kit/section.tsx";
import type { Connected } from "./route.tsx";

const exampleCode = `import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.CONVERGE_SIGNING_SECRET);

app.post("/converge", express.raw({ type: "application/json" }), (request, response) => {
  // Throws when the signature is wrong or older than five minutes.
  const change = webhook.verify(request.body, request.headers);
  // The same id may come twice after a network fault: apply it once.
  applyOnce(request.headers["webhook-id"], change);
  response.sendStatus(200);
});`;

/** The signing secret and the API key, this once, and what the system does with it. */
export function SecretOnce({ connected }: { readonly connected: Connected }) {
  const { system, signingSecret, apiKey } = connected;
  return (
    <>
      <Banner tone="caution" heading="Copy the signing secret and the API key now">
        They are shown this once. With the secret {system.name} can tell that a change really comes
        from Converge; with the key it can send changes of its own.
      </Banner>
      <Section heading="Signing secret">
        <CopyableId value={signingSecret} label="signing secret" whole />
      </Section>
      <Section heading="API key">
        <CopyableId value={apiKey} label="API key" whole />
      </Section>
      <Section
        heading="How the system checks a change"
        description="Every change is signed the Standard Webhooks way; there are libraries for most languages."
      >
        <Stack>
          <CodeView label="example" text={exampleCode} />
          <Paragraph tone="subdued">
            Any answer from 200 to 299 tells Converge that the change has arrived.
          </Paragraph>
        </Stack>
      </Section>
      <Inline align="end">
        <Button variant="primary" to={`/app/systems/${system.id}`}>
          {`Go to ${system.name}`}
        </Button>
      </Inline>
    </>
  );
}
