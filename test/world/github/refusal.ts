// An answer that is not what was asked for: thrown anywhere in a route, sent as GitHub's error body.

export class Refusal extends Error {
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    fields: Readonly<Record<string, unknown>>,
    headers: Readonly<Record<string, string>>,
  ) {
    super(message);
    this.status = status;
    this.fields = fields;
    this.headers = headers;
  }
}

export function refuse(
  status: number,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return new Refusal(status, message, fields, headers);
}

export function notFound(): Refusal {
  return refuse(404, 'Not Found');
}

/** 422 as GitHub words it when its own rules, not the description's, are broken. */
export function invalid(resource: string, field: string, message: string): Refusal {
  return refuse(422, 'Validation Failed', { errors: [{ resource, code: 'custom', field, message }] });
}
