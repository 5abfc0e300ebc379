import type { LoadPlan } from "./load.ts";
import { runLoad } from "./run-load.ts";

/** The load generator: a process of its own, told over its channel what to do, one plan at a time. */
// The preload lets a process end when only its channel is open; this one waits there for plans.
process.channel?.ref();
process.on("message", (plan: LoadPlan) => {
  void runLoad(plan).then((result) => process.send?.(result));
});
