/** What a body is sealed for: bound to its event, so that bodies cannot be swapped between rows. */
export function bodyPurpose(eventId: string): string {
  return `event-body:${eventId}`;
}
