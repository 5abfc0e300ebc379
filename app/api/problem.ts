import { z } from "zod";
import type { FieldError } from "#app/field-errors.ts";

/** One field that is wrong, and how to mend it. */
const fieldErrorSchema = z.object({ field: z.string(), message: z.string() });

/** RFC 9457, with the fields that are wrong. https://www.rfc-editor.org/rfc/rfc9457 */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  errors: z.array(fieldErrorSchema).optional(),
});

const titles: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not authenticated",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  413: "Too large",
  415: "Unsupported media type",
  422: "Cannot be processed",
  500: "Internal error",
};

/** An answer that is not what was asked for. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;

  constructor(status: number, detail: string, errors?: readonly FieldError[]) {
    super(detail);
    this.status = status;
    this.errors = errors;
  }

  /** As it is sent. */
  toBody(): z.infer<typeof problemSchema> {
    return {
      type: "about:blank",
      title: titles[this.status] ?? "Error",
      status: this.status,
      detail: this.message,
      ...(this.errors ? { errors: [...this.errors] } : {}),
    };
  }
}

/** 422 with the fields that are wrong. */
export function invalid(errors: readonly FieldError[]): Problem {
  const detail = errors
    .map(({ field, message }) => (field === "" ? message : `${field}: ${message}`))
    .join(" ");
  return new Problem(422, detail, errors);
}

/** 404: there is none, or it is another shop's, which is the same. */
export function notFound(what: string): Problem {
  return new Problem(404, `There is no such ${what}.`);
}

/** `items[2].owner` as the other errors of the API say it: `items.2.owner`. */
export function dotted(error: FieldError): FieldError {
  return { ...error, field: error.field.replaceAll(/\[(\d+)\]/g, ".$1") };
}
