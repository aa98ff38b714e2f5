import { createORPCClient, ORPCError } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import { errorBody, type ErrorCode } from '#errors.ts';
import { contract, type Contract } from '#index.ts';

export type Client = ContractRouterClient<Contract>;

export interface ClientOptions {
  /** Where Yudai answers, without `/api`: `http://127.0.0.1:4747`. */
  readonly url: string;
  readonly headers?: () => Record<string, string>;
  /** Replaces the global fetch, for tests and for an app in the same process. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** An answer of the API that is not a success. `message` is written for the person. */
export class ApiError extends ORPCError<ErrorCode, Record<string, unknown> | undefined> {
  readonly requestId: string;

  constructor(code: ErrorCode, status: number, message: string, requestId: string, details?: Record<string, unknown>) {
    super(code, { status, message, data: details });
    this.requestId = requestId;
  }
}

/** The one typed client of Yudai: web, CLI, MCP and tests all knock with it. Failures are thrown as `ApiError`. */
export function createClient(options: ClientOptions): Client {
  const { fetch } = options;
  const link = new OpenAPILink(contract, {
    url: `${options.url.replace(/\/$/, '')}/api`,
    headers: () => options.headers?.() ?? {},
    ...(fetch === undefined ? {} : { fetch: (request: Request) => fetch(request) }),
    customErrorResponseBodyDecoder: (body, response) => {
      const parsed = errorBody.safeParse(body);
      if (!parsed.success) return null;
      const { code, message, details, requestId } = parsed.data.error;
      return new ApiError(code, response.status, message, requestId, details);
    },
  });
  return createORPCClient<Client>(link);
}
