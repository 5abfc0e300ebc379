import { type LoaderFunctionArgs, redirect } from "@remix-run/node";

/**
 * The address Shopify opens (`application_url`): on to the app, with everything the admin said.
 * Anybody else gets a page that says where the app is; it never asks for a shop's address.
 */
export function loader({ request }: LoaderFunctionArgs) {
  const { search, searchParams } = new URL(request.url);
  if (searchParams.has("shop") || searchParams.has("embedded")) throw redirect(`/app${search}`);
  return null;
}

export default function Home() {
  return (
    <main
      style={{ maxWidth: "36rem", margin: "15vh auto 0", padding: "0 1.5rem", lineHeight: 1.5 }}
    >
      <h1 style={{ fontSize: "1.75rem", fontWeight: 650, lineHeight: 1.2 }}>Converge</h1>
      <p style={{ marginTop: "1rem", fontSize: "1rem" }}>
        Converge keeps a Shopify store and every system connected to it in agreement: each change
        reaches each system once, in order and in time, or you see why not and have a button for it.
      </p>
      <p style={{ marginTop: "1rem", fontSize: "1rem" }}>
        To open it, go to your Shopify admin and choose Apps, then Converge.
      </p>
    </main>
  );
}
