import ipaddr from "ipaddr.js";

/**
 * Whether an address is one of the public internet. Everything IANA reserves (private, loopback,
 * link-local with the cloud metadata address, carrier NAT, multicast, documentation ...) is not;
 * addresses that embed an IPv4 one (mapped, NAT64, 6to4, Teredo) are not trusted either. Of IPv6,
 * IANA has given out 2000::/3 alone, so that nothing outside of it leads anywhere public.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 * https://www.iana.org/assignments/ipv6-address-space
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || parsed.match(globalUnicast);
}

const globalUnicast = ipaddr.parseCIDR("2000::/3");

/**
 * Why a URL cannot be a destination, in a merchant's words; null when it can, as far as the URL
 * itself tells (names are looked at when connecting). The URL parser has already turned decimal,
 * octal and hexadecimal IPv4 spellings into dotted ones.
 * @param allowPrivate only for demos and installations inside one's own network
 */
export function refusalOfUrl(text: string, allowPrivate: boolean): string | null {
  if (!URL.canParse(text))
    return "This is not a web address. It should look like https://example.com/hook.";
  const url = new URL(text);
  if (url.protocol !== "https:" && !(allowPrivate && url.protocol === "http:"))
    return "The address must start with https://, so that nobody on the way can read or change what is sent.";
  if (url.username !== "" || url.password !== "")
    return "The address must not hold a user name or password.";
  if (allowPrivate) return null;
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const isName = !ipaddr.isValid(host);
  if (isName ? /^(localhost|.*\.(localhost|local|internal))$/i.test(host) : !isPublicAddress(host))
    return "This address is private and cannot be used. Converge can only reach addresses on the public internet.";
  return null;
}
