import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { StartError } from "./start-error.ts";

/**
 * How Postgres programs are run. Postgres refuses to run as root, so under root it gets another
 * account: really (`uid`, `gid`) or in a user namespace (`prefix`, where root is shown as uid 1000).
 */
export interface PostgresAccount {
  /** Owner of the data files as the outside sees it; undefined: whoever runs this process. */
  owner?: { uid: number; gid: number };
  /** Passed to spawn; undefined: no change of account by spawn. */
  spawnAs?: { uid: number; gid: number };
  /** Program and arguments to put in front of the real one. */
  prefix: string[];
}

interface Ids {
  uid: number;
  gid: number;
}

/**
 * Chooses the account for the cluster below `folder`, preferring (under root) whoever owns the
 * project or the existing data, then `postgres`, then `nobody`.
 * @throws StartError when the process is root and no way to leave root works here.
 */
export function choosePostgresAccount(
  folder: string,
  dataDir: string,
  postgresProgram: string,
): PostgresAccount {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const candidates = unprivilegedAccounts([dataDir, path.dirname(path.dirname(folder))]);
  for (const account of waysOutOfRoot(candidates, folder)) {
    const probe = spawnSync(...command(account, postgresProgram, ["--version"]), {
      ...account.spawnAs,
      stdio: "ignore",
      cwd: "/",
    });
    if (probe.status === 0) return account;
  }
  throw new StartError(
    `Postgres refuses to run as root and no other account can reach ${folder}: start as an ordinary user, move the project out of root's home, or set DATABASE_URL.`,
  );
}

function* waysOutOfRoot(accounts: Ids[], folder: string): Generator<PostgresAccount> {
  for (const ids of accounts) {
    if (canTraverse(folder, ids)) yield { owner: ids, spawnAs: ids, prefix: [] };
  }
  // The project is where only root may go (say /root): be another user in a namespace of our own,
  // or, where containers forbid that, another user who may still pass through every folder.
  yield { owner: { uid: 0, gid: 0 }, prefix: ["unshare", "-U", "--map-user=1000"] };
  for (const { uid, gid } of accounts) {
    const keep = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
    yield {
      owner: { uid, gid },
      prefix: ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", ...keep],
    };
  }
}

function unprivilegedAccounts(ownedPaths: string[]): Ids[] {
  const owners = ownedPaths.map((owned) => statSync(owned, { throwIfNoEntry: false }));
  const passwd = statSync("/etc/passwd", { throwIfNoEntry: false })
    ? readFileSync("/etc/passwd", "utf8").split("\n")
    : [];
  const named = ["postgres", "nobody"].map((name) => {
    const [, , uid, gid] = passwd.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    return { uid: Number(uid), gid: Number(gid) };
  });
  return [...owners, ...named].flatMap((ids) =>
    ids && ids.uid > 0 && Number.isInteger(ids.gid) ? [{ uid: ids.uid, gid: ids.gid }] : [],
  );
}

function canTraverse(folder: string, { uid, gid }: Ids): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    const { mode, uid: owner, gid: group } = statSync(at);
    const execute = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if ((mode & execute) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

/**
 * Starts a Postgres program under `account`, with an environment of its own: PGDATA, PGPORT, PGOPTIONS
 * and friends, meant for somebody's other Postgres, must not change this one.
 */
export function spawnPostgres(
  account: PostgresAccount,
  program: string,
  args: string[],
  options: Pick<SpawnOptions, "detached" | "stdio" | "cwd">,
): ChildProcess {
  const bare: Partial<NodeJS.ProcessEnv> = {
    LC_ALL: "C",
    PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
  };
  const env = bare as NodeJS.ProcessEnv;
  return spawn(...command(account, program, args), { ...account.spawnAs, ...options, env });
}

function command(account: PostgresAccount, program: string, args: string[]): [string, string[]] {
  const [first, ...rest] = [...account.prefix, program, ...args];
  return [first ?? program, rest];
}
