/** Every address nothing else answers at. Without this route the router writes it, token and all, to the log. */
export function loader(): never {
  throw new Response("There is no such page.", { status: 404 });
}

export default function NoSuchPage() {
  return null;
}
