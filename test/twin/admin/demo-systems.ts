import type { ReceivedReport } from "#test/demo-systems/types.ts";
import { HttpError } from "../http.ts";
import type { DemoSystem, Twin } from "../types.ts";

const TIMEOUT_MS = 1_500;

/** What the control page shows of a demo system; `report` is its own account, if it answers. */
export interface DemoSystemView extends DemoSystem {
  report: ReceivedReport | null;
  error: string | null;
}

/** Asks every demo system how it is doing; one that does not answer is shown as such. */
export function viewDemoSystems(twin: Twin): Promise<DemoSystemView[]> {
  return Promise.all(
    twin.config.demoSystems.map(async ({ name, url }) => {
      try {
        return { name, url, report: await ask(`${url}/received`), error: null };
      } catch (error) {
        const objection = error instanceof HttpError ? error.message : "Is it running?";
        return { name, url, report: null, error: `${url} does not answer. ${objection}` };
      }
    }),
  );
}

/** Breaks or heals the demo system called `name`. Throws an `HttpError` with its objection. */
export async function changeDemoSystem(
  twin: Twin,
  name: unknown,
  behaviour: Record<string, unknown>,
): Promise<ReceivedReport> {
  const system = twin.config.demoSystems.find((candidate) => candidate.name === name);
  if (!system) throw new HttpError(404, `name: there is no demo system called ${String(name)}`);
  try {
    return await ask(`${system.url}/control/behaviour`, {
      method: "PUT",
      body: JSON.stringify(behaviour),
    });
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(502, `${system.name} at ${system.url} does not answer. Is it running?`);
  }
}

async function ask(url: string, init: RequestInit = {}): Promise<ReceivedReport> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const answer = (await response.json()) as ReceivedReport | { error: string };
  if ("error" in answer) throw new HttpError(response.status, answer.error);
  return answer;
}
