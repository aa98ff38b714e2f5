import { z } from 'zod';

/** The closed list of error codes and the HTTP status each one answers with. */
export const errorStatuses = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  gone: 410,
  payload_too_large: 413,
  unsupported_media_type: 415,
  invalid_input: 422,
  too_many_requests: 429,
  cancelled: 499,
  internal: 500,
  upstream_failed: 502,
  unavailable: 503,
  timeout: 504,
  insufficient_storage: 507,
} as const;

export type ErrorCode = keyof typeof errorStatuses;

export const errorCodes = Object.keys(errorStatuses) as [ErrorCode, ...ErrorCode[]];

/** The body of every answer that is not a success. `details` never holds a stack, SQL or a path of the server. */
export const errorBody = z.object({
  error: z.object({
    code: z.enum(errorCodes),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
    requestId: z.string(),
  }),
});

export type ErrorBody = z.infer<typeof errorBody>;

/** What a person is told when a job or a door fails: a code, and a sentence that says what to do. */
export const failure = z.object({ code: z.enum(errorCodes), message: z.string() });
export type Failure = z.infer<typeof failure>;
