/**
 * Outbound HTTP to addresses that merchants name. Promise: no request leaves for a private,
 * loopback, link-local or metadata address, whatever a URL or a DNS answer says, unless the
 * installation allows it; redirects are not followed; nothing waits longer than it was told to.
 */
export {
  createEgress,
  type Egress,
  type EgressAnswer,
  type EgressPage,
  type EgressRequest,
} from "./send.ts";
export { refusalOfUrl } from "./destination-rules.ts";
