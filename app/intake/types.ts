/** A request at the webhook door, body still in raw bytes. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** What became of a webhook request; the HTTP status is noted beside each. */
export type WebhookOutcome =
  | { readonly outcome: "accepted" } // 200
  | { readonly outcome: "duplicate" } // 200
  | { readonly outcome: "not_installed" } // 200
  | { readonly outcome: "bad_signature"; readonly cause: "missing" | "malformed" | "wrong" } // 401
  | { readonly outcome: "bad_header"; readonly header: string; readonly problem: string } // 400
  | { readonly outcome: "unavailable"; readonly retryAfterSeconds: number }; // 503
