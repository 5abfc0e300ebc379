/** A mutation's complaint about its input; `field` points into the arguments. */
export type UserError = { field: string[] | null; message: string; code?: string };
