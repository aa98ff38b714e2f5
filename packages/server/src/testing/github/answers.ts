import type { EmulatedRequest } from './emulator.ts';
import type { Json } from './json.ts';

export interface Answer {
  readonly status: number;
  readonly body: Json | string | undefined;
  readonly link?: string | null;
}

export interface Caller {
  readonly login: string | null;
  readonly as: EmulatedRequest['as'];
  readonly scopes: readonly string[];
}

export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Json | undefined;
  readonly caller: Caller;
  readonly accept: string;
}

export const missing: Answer = { status: 404, body: refusal('Not Found') };

export function refusal(message: string, errors?: readonly Json[]): Json {
  return {
    message,
    documentation_url: 'https://docs.github.com/rest',
    ...(errors === undefined ? {} : { errors }),
  };
}
