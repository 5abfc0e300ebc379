/**
 * A condition the person at the terminal can put right. The message is one sentence that names what
 * is wrong and the way out; processes print it alone, without a stack, and exit with code 1.
 */
export class StartError extends Error {
  override name = "StartError";
}

/** The `code` of a Node or Postgres error (`ENOSPC`, `28P01`, ...), or undefined when it has none. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** What `error` says, in words fit for a sentence. */
export function errorText(error: unknown): string {
  // A refused connection to a name with several addresses is an AggregateError without a message.
  if (error instanceof AggregateError && error.message === "") {
    return error.errors.map(errorText).join("; ");
  }
  return error instanceof Error ? error.message : String(error);
}

/** Turns a file-system error on `path` into a {@link StartError}; other errors pass through as they are. */
export function fileProblem(error: unknown, path: string): unknown {
  switch (errorCode(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return new StartError(
        `The disk is full: ${path} cannot be written. Free some space, then start again.`,
      );
    case "EACCES":
    case "EPERM":
      return new StartError(
        `${path} belongs to another account: start as that account, or hand it over with chown, then start again.`,
      );
    case "EROFS":
      return new StartError(
        `${path} is on a read-only disk: move the project to one that can be written.`,
      );
    case "ENOTDIR":
    case "EEXIST":
      return new StartError(
        `${path} should be a folder but a file is in its way: move that file, then start again.`,
      );
    default:
      return error;
  }
}
