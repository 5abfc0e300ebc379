import { type LoaderFunctionArgs, redirect } from "@remix-run/node";

/**
 * The library's own pages: `/auth/session-token` fetches a fresh session token and goes back,
 * `/auth/exit-iframe` leaves the frame. They come as finished responses, so this route renders
 * nothing. `/auth/login` would be a form that asks for a shop's address: the start page says instead
 * how to open the app.
 */
export async function loader({ request, context }: LoaderFunctionArgs) {
  if (new URL(request.url).pathname === "/auth/login") throw redirect("/");
  await context.shopify.authenticate.admin(request);
  throw redirect("/");
}
