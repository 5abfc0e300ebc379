/**
 * Several stores, one truth: store groups.
 *
 * Promise: a group is seen by its members only; a store joins with a code that another one's
 * merchant made, once. Tables: store_groups, store_group_members, pairing_codes.
 */
export {
  createGroup,
  GroupTakenError,
  joinGroup,
  leaveGroup,
  makePairingCode,
} from "./change-group.ts";
export { forgetGroupsOfShop } from "./forget-store.ts";
export { groupOf } from "./group-store.ts";
export { dropOldCodes } from "./pairing-code-store.ts";
