import type { IncomingMessage, ServerResponse } from "node:http";
import type { Twin } from "../types.ts";
import type { Installation } from "./installation.ts";

/** One request to the admin, and what every route needs to answer it. */
export interface Visit {
  twin: Twin;
  installation: Installation;
  req: IncomingMessage;
  res: ServerResponse;
  url: URL;
  appOrigin: string;
}
