/**
 * Spreads a burst over turns of the event loop: at most `perTurn` callers go on in one turn, so
 * that answers of the database, which are read in between, never wait behind a hundred bodies that
 * are being checked. In order of arrival.
 */
export function takeTurns(perTurn: number): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let scheduled = false;

  function nextTurn(): void {
    for (const go of waiting.splice(0, perTurn)) go();
    scheduled = waiting.length > 0;
    if (scheduled) setImmediate(nextTurn);
  }

  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (scheduled) return;
      scheduled = true;
      setImmediate(nextTurn);
    });
}
