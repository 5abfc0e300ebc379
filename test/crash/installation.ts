import { buildApp } from "#app/start/build.ts";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { findFreePort } from "#app/start/ports.ts";
import { type DemoSystem, startDemoSystem } from "#test/demo-systems/server.ts";
import { connectSystem, type ConnectedSystem } from "#test/delivery/publish.ts";
import type { Rig } from "#test/worker/rig-on.ts";
import { clientSecret } from "#test/worker/webhooks.ts";
import { type MortalProcess, mortalProcess } from "./mortal-process.ts";

/** The app as in production, one web process and two workers, with two systems that can be asked. */
export interface Installation {
  readonly rig: Rig;
  readonly shop: string;
  readonly webhookUrl: string;
  readonly processes: readonly [MortalProcess, MortalProcess, MortalProcess];
  readonly systems: readonly DemoSystem[];
  /** The first system as Converge knows it, with its key for the API. */
  readonly owner: ConnectedSystem;
  close(): Promise<void>;
}

/** What `setBehaviour` of a demo system takes. */
type Behaving = Parameters<DemoSystem["setBehaviour"]>[0];

/** The systems of an installation: how each behaves, and how hard Converge tries. */
export interface SystemsDraft {
  readonly behaviours: Readonly<Record<string, Behaving>>;
  readonly policy?: Record<string, unknown>;
  readonly circuit?: Record<string, unknown>;
  /** What each of them wants to hear of; stock unless told. */
  readonly domains?: readonly string[];
}

/** A warehouse that loses some of its answers, and an ERP that fails some of its requests. */
export const faultySystems: SystemsDraft = {
  behaviours: {
    Warehouse: { mode: "lose_answer", share: 3 },
    ERP: { mode: "error", share: 3 },
  },
};

/** What an installation may have of its own. */
export interface InstallationOptions {
  /** Folder of the app's source. */
  readonly root?: string;
  readonly port?: number;
  readonly shop?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Builds the app when needed; returns when every process is ready. Closes the rig with itself. */
export async function startInstallation(
  rig: Rig,
  draft: SystemsDraft = faultySystems,
  options: InstallationOptions = {},
): Promise<Installation> {
  await buildApp(projectRoot);
  const { root = projectRoot } = options;
  const shop = options.shop ?? (await rig.installedShop());
  const connected = await startSystems(rig, shop, draft);
  const systems = connected.map(({ system }) => system);
  const [owner] = connected;
  if (!owner) throw new Error("an installation needs a system");
  const port = options.port ?? (await findFreePort());
  const origin = `http://127.0.0.1:${String(port)}`;
  const env = {
    DATABASE_URL: rig.database.url,
    PORT: String(port),
    SHOPIFY_API_KEY: "the-api-key",
    SHOPIFY_API_SECRET: clientSecret,
    SHOPIFY_APP_URL: origin,
    CONVERGE_ENCRYPTION_KEY: rig.encryptionKey.toString("base64"),
    ALLOW_PRIVATE_DESTINATIONS: "true",
    LOG_LEVEL: "error",
    WORKER_CONCURRENCY: "2",
    ...options.env,
  };
  const worker = async (name: string) => {
    const workerPort = await findFreePort();
    const health = `http://127.0.0.1:${String(workerPort)}/readyz`;
    const workerEnv = { ...env, WORKER_PORT: String(workerPort) };
    return mortalProcess(name, "app/worker/main.ts", workerEnv, health, root);
  };
  const processes = [
    mortalProcess("web", "app/server/main.ts", env, `${origin}/readyz`, root),
    await worker("worker 1"),
    await worker("worker 2"),
  ] as const;
  for (const one of processes) one.start();
  await Promise.all(processes.map((one) => one.untilReady()));
  return {
    rig,
    shop,
    webhookUrl: `${origin}/webhooks`,
    processes,
    systems,
    owner: owner.connected,
    close: async () => {
      await Promise.all(processes.map((one) => one.kill()));
      await Promise.all(systems.map((system) => system.close()));
      await rig.close();
    },
  };
}

const patientPolicy = { maxAttempts: 50, baseDelayMs: 50, maxDelayMs: 500, timeoutMs: 3_000 };

interface RunningSystem {
  readonly system: DemoSystem;
  readonly connected: ConnectedSystem;
}

async function startSystems(rig: Rig, shop: string, draft: SystemsDraft): Promise<RunningSystem[]> {
  const { circuit, domains, policy = patientPolicy } = draft;
  return Promise.all(
    Object.entries(draft.behaviours).map(async ([name, behaviour]) => {
      const system = await startDemoSystem({ name, kind: "wms", port: 0 });
      const connected = await connectSystem(rig, shop, `${system.url}/webhooks`, {
        policy,
        ...(circuit ? { circuit } : {}),
        ...(domains ? { domains } : {}),
      });
      await system.setSecret({ shop, secret: connected.secret });
      await system.setBehaviour(behaviour);
      return { system, connected };
    }),
  );
}
