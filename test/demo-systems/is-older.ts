/** Whether a version is older than the one held. They compare as instants: one may carry an offset where the other has `Z`. */
export function isOlder(
  candidate: string | null | undefined,
  held: string | null | undefined,
): boolean {
  if (!candidate || !held) return false;
  return Date.parse(candidate) < Date.parse(held);
}
