/** Deliveries read at a time. */
export const rowsPerPage = 25;
