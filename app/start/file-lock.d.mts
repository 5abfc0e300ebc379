/** A lock that is held until `release`, or until its process is gone. */
export interface FileLock {
  release(): void;
}

/** Takes the lock at `file` if nobody living holds it; undefined: somebody does. */
export function tryLock(file: string): FileLock | undefined;

/** Takes the lock at `file`, waiting as long as somebody holds it; `onWait` is called once if so. */
export function waitForLock(file: string, onWait: () => void): Promise<FileLock>;
