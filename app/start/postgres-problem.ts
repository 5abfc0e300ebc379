import { StartError } from "./start-error.ts";

/**
 * What Postgres complained about, as one sentence that names `folder` and the way out.
 * The wording it looks for is that of Postgres 18 under LC_ALL=C.
 */
export function postgresProblem(folder: string, complaint: string): StartError {
  if (/No space left on device|Disk quota exceeded/.test(complaint)) {
    return new StartError(
      `The disk is full: Postgres cannot write to ${folder}. Free some space, then start again.`,
    );
  }
  if (
    /initialized by PostgreSQL version|not compatible with this version|incompatible with server/.test(
      complaint,
    )
  ) {
    return new StartError(
      `The database in ${folder} was made by another version of Postgres: start the version of Converge that made it and dump it, or delete ${folder} to begin with an empty database.`,
    );
  }
  if (/shared memory.*(Cannot allocate memory|No space)|Cannot allocate memory/s.test(complaint)) {
    return new StartError(
      "There is too little free memory for Postgres (it needs about 400 MB): free some, then start again.",
    );
  }
  if (
    /wrong ownership|invalid permissions|Permission denied|could not access directory/.test(
      complaint,
    )
  ) {
    return new StartError(
      `The database files in ${folder} belong to another account: start as that account, or hand them over with chown.`,
    );
  }
  if (/ENOENT|cannot execute|error while loading shared libraries/.test(complaint)) {
    return new StartError(
      `The built-in Postgres cannot run on this system (${tellingLine(complaint)}): set DATABASE_URL to a Postgres of your own.`,
    );
  }
  return new StartError(
    `The database in ${folder} is damaged (${tellingLine(complaint)}): restore the folder from a backup, or delete it to begin with an empty database.`,
  );
}

/** The first fatal complaint (what follows are consequences), else the last line. */
function tellingLine(complaint: string): string {
  const lines = complaint.split("\n").filter((line) => line.trim() !== "");
  const fatal = lines.find((line) => /\b(FATAL|PANIC|error|postgres):/.test(line)) ?? lines.at(-1);
  // Time and process id are for the log file.
  return (fatal ?? "").replace(/^.*?\b(FATAL|PANIC|error|postgres):\s*/, "").trim();
}
