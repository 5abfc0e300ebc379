/**
 * The query parameters the admin adds when it opens an app's page. They belong to one launch, so
 * they are taken out again where an app's address is shown in the admin's own address.
 */
export const LAUNCH_PARAMETERS = [
  "embedded",
  "hmac",
  "host",
  "id_token",
  "locale",
  "session",
  "shop",
  "timestamp",
] as const;

/** The path under which the app's embedded pages live. */
export const APP_ROOT = "/app";

/** `/app/events?page=2&shop=...` becomes `/events?page=2`; a page outside of `/app` becomes "". */
export function adminRestOf(appPath: string): string {
  const url = new URL(appPath, "http://app.invalid");
  for (const name of LAUNCH_PARAMETERS) url.searchParams.delete(name);
  const inside = url.pathname === APP_ROOT || url.pathname.startsWith(`${APP_ROOT}/`);
  if (!inside) return "";
  return url.pathname.slice(APP_ROOT.length) + url.search + url.hash;
}
