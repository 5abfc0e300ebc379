/**
 * Connecting and disconnecting a system, with what follows from it elsewhere. Promise: a system and
 * what it owns by nature appear together and go together, in one transaction. Tables: none of its own.
 */
export { connectSystem, disconnectSystem } from "./connect-system.ts";
