import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ModelName, ModelProvider, ModelRole } from '@yudai/contract';
import { createCallRecord, type OnCall } from './call-record.ts';
import type { PriceOf } from './prices.ts';
import { splitModelName } from './providers.ts';
import { relayBody } from './relay-body.ts';
import { createUsageReader } from './relay-usage.ts';
import type { ProviderSettings } from './settings.ts';
import type { Time } from './time.ts';

/** A model as another program may use it, in the wire format of its provider: with neither key nor another model in reach. */
export interface ModelRelay {
  readonly model: ModelName;
  readonly provider: ModelProvider;
  /** Answers a request for `<path><what the provider's own API has behind its base URL>`, such as `/model/chat/completions`. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export interface RelayOptions {
  readonly role: ModelRole;
  readonly model: ModelName;
  readonly opening: ProviderSettings;
  readonly fetch: typeof globalThis.fetch;
  readonly time: Time;
  readonly priceOf: PriceOf;
  /** The next answer waits until this is done, so a budget that is used up holds the program. */
  readonly onCall: OnCall;
  /** Asked before each request; words refuse it. */
  readonly admit?: () => string | null;
  readonly signal: AbortSignal;
}

/** Where it is found below the address of whoever serves it. */
export const relayPath = '/model/';
const mostBytes = 32 * 1024 * 1024;

/**
 * What can be asked of each provider, without the version that some programs put before it. Everything else an account can do stays out
 * of reach.
 */
const paths: Readonly<Record<ModelProvider, RegExp>> = {
  openai: /^(?:chat\/completions|responses)$/,
  openrouter: /^chat\/completions$/,
  compatible: /^(?:chat\/completions|responses)$/,
  anthropic: /^messages(?:\/count_tokens)?$/,
  google: /^models\/[^/:]+:(?:streamGenerateContent|generateContent|countTokens)$/,
};

/** Passes requests on with the key that the program does not have, and counts what they cost. */
export function createModelRelay(options: RelayOptions): ModelRelay {
  const { provider, id } = splitModelName(options.model);
  return {
    model: options.model,
    provider,
    async handle(request, response) {
      const [path = '', query = ''] = (request.url ?? '').split('?', 2);
      const asked = path.startsWith(relayPath) ? path.slice(relayPath.length).replace(/^v1(?:beta)?\//, '') : '';
      if (request.method !== 'POST' || !paths[provider].test(asked)) {
        refuse(response, 404, 'Only the model itself can be asked here.');
        return;
      }
      const body = await readBody(request);
      const sent = body === null ? null : relayBody(provider, id, asked, body);
      if (sent === null || 'refusal' in sent) {
        refuse(response, 400, sent?.refusal ?? 'The body is no JSON object, or larger than 32 MB.');
        return;
      }
      // Counting what a question would take is no call: it costs nothing.
      const onlyCounts = /count_?tokens$/i.test(asked);
      const refusal = onlyCounts ? null : (options.admit?.() ?? null);
      if (refusal !== null) {
        refuse(response, 403, refusal);
        return;
      }
      const url = urlOf(provider, options.opening.url, asked.replace(/^models\/[^:]+/, `models/${id}`), query);
      const passed = { url, provider, headers: request.headers, body: sent.body };
      await pass(onlyCounts ? { ...options, onCall: () => undefined } : options, response, passed);
    },
  };
}

interface Passed {
  readonly url: string;
  readonly provider: ModelProvider;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

async function pass(
  options: RelayOptions,
  response: ServerResponse,
  { url, provider, headers, body }: Passed,
): Promise<void> {
  const { role, model, time, priceOf, onCall } = options;
  const record = createCallRecord({ role, model, time, priceOf, onCall, sent: () => body.length });
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  record.attempt(model);
  const reader = createUsageReader();
  try {
    const answer = await options.fetch(url, {
      method: 'POST',
      headers: headersFor(provider, options.opening.key, headers),
      body,
      redirect: 'error',
      signal: AbortSignal.any([options.signal, gone.signal]),
    });
    const chunks = answer.body === null ? [] : Readable.fromWeb(answer.body);
    const decoder = new TextDecoder();
    response.writeHead(answer.status, headersOf(answer));
    for await (const chunk of chunks) {
      const bytes = Buffer.from(chunk);
      // What was refused costs nothing.
      if (answer.ok) record.began();
      reader.add(decoder.decode(bytes, { stream: true }));
      record.received(bytes.length);
      response.write(bytes);
    }
    await record.end(answer.ok ? 'answered' : 'refused', answer.ok ? reader.usage() : undefined);
    response.end();
  } catch {
    await record.end(options.signal.aborted || gone.signal.aborted ? 'aborted' : 'unreachable', reader.usage());
    if (response.headersSent) response.destroy();
    else refuse(response, 502, 'The model cannot be reached.');
  }
}

function headersFor(
  provider: ModelProvider,
  key: string | null,
  given: IncomingMessage['headers'],
): Record<string, string> {
  const kept = Object.entries(given).flatMap(([name, value]): [string, string][] =>
    /^(?:accept|anthropic-version|anthropic-beta)$/.test(name) && typeof value === 'string' ? [[name, value]] : [],
  );
  const headers = { ...Object.fromEntries(kept), 'content-type': 'application/json' };
  if (key === null) return headers;
  if (provider === 'anthropic') return { ...headers, 'x-api-key': key };
  if (provider === 'google') return { ...headers, 'x-goog-api-key': key };
  return { ...headers, authorization: `Bearer ${key}` };
}

/** What a program needs to read an answer, and to know when to ask again. */
function headersOf({ headers }: Response): Record<string, string> {
  const kept = [...headers].filter(([name]) => /^(?:content-type|retry-after(?:-ms)?|x-should-retry)$/.test(name));
  return { 'content-type': 'application/json', ...Object.fromEntries(kept) };
}

/** Of the query only what says how the answer comes: Google takes keys there. */
function urlOf(provider: ModelProvider, base: string, path: string, query: string): string {
  const streams = provider === 'google' && new URLSearchParams(query).get('alt') === 'sse';
  return `${base.replace(/\/$/, '')}/${path}${streams ? '?alt=sse' : ''}`;
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > mostBytes) return null;
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : null;
  } catch {
    return null;
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: { message, type: 'refused', code: status } }));
}
