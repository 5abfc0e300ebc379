import { textArg } from "../arguments.ts";
import type { FieldFn } from "../context.ts";

const MAX_PAYLOAD_BYTES = 50_000;

/** flowTriggerReceive: the twin has no workflows, it logs what would start one. */
export const flowTriggerReceive: FieldFn<unknown> = (_source, args, context) => {
  const handle = textArg(args, "handle");
  const payload = JSON.stringify(args["payload"] ?? args["body"] ?? {});
  if (handle === undefined || handle === "") {
    const message = "Errors validating schema:\n  Handle can't be blank.\n";
    return { userErrors: [{ field: ["body"], message }] };
  }
  if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) {
    const message = `Errors validating schema:\n  Properties size exceeds the limit of ${MAX_PAYLOAD_BYTES} bytes.\n`;
    return { userErrors: [{ field: ["body"], message }] };
  }
  context.log(`flow trigger ${handle} in ${context.store.shop.domain}: ${payload}`);
  return { userErrors: [] };
};
