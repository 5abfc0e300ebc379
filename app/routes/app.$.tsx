import type { LoaderFunctionArgs } from "@remix-run/node";

/** Every address inside the app nothing else answers at. */
export async function loader({ request, context }: LoaderFunctionArgs): Promise<never> {
  await context.shopify.authenticate.admin(request);
  throw new Response("There is no such page.", { status: 404 });
}

export default function NoSuchPage() {
  return null;
}
