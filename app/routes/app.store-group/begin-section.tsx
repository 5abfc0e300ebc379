import { useFetcher } from "@remix-run/react";
import { type ReactNode, useState } from "react";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { TextField } from "#app/ui/kit/fields.tsx";
import { Section, Stack } from "#app/ui/kit/section.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";

/** What a store that is in no group can do: begin one, or join another store's. */
export function BeginOrJoin() {
  const fetcher = useFetcher<ActionOutcome>();
  const [name, setName] = useState("");
  const [code, setCode] = useState("");
  useOutcomeToast(fetcher.data);
  const doing = fetcher.state === "idle" ? null : fetcher.formData?.get("intent");
  const general = errorOf(fetcher.data, "");
  const send = (fields: Record<string, string>) => {
    fetcher.submit(fields, { method: "post" });
  };
  return (
    <>
      {general !== undefined && <Banner tone="critical" heading={general} />}
      <Section
        heading="Join another store's group"
        description="Open Converge in the other store, make a code there, and enter it here."
      >
        <OneFieldForm
          onSubmit={() => {
            send({ intent: "join", code });
          }}
          button={
            <Button submit variant="primary" loading={doing === "join"}>
              Join group
            </Button>
          }
        >
          <TextField
            label="Code"
            placeholder="7QX2M-K0D9P"
            maxLength={20}
            value={code}
            error={errorOf(fetcher.data, "code")}
            onChange={setCode}
          />
        </OneFieldForm>
      </Section>
      <Section
        heading="Begin a group"
        description="For the first store. Nothing changes in it until another store has joined and your warehouse has said what there is."
      >
        <OneFieldForm
          onSubmit={() => {
            send({ intent: "create", name });
          }}
          button={
            <Button submit loading={doing === "create"}>
              Begin group
            </Button>
          }
        >
          <TextField
            label="Name"
            placeholder="Outdoor brands"
            maxLength={80}
            value={name}
            error={errorOf(fetcher.data, "name")}
            onChange={setName}
          />
        </OneFieldForm>
      </Section>
    </>
  );
}

/** A field above its button; Enter sends it too. */
function OneFieldForm(props: {
  readonly onSubmit: () => void;
  readonly button: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      <Stack>
        {props.children}
        <div>{props.button}</div>
      </Stack>
    </form>
  );
}
