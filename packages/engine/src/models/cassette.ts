import { createHash } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ModelError } from './model-error.ts';

type Fetch = typeof globalThis.fetch;

/** One request and its answer, as one line of the file. */
const take = z.object({
  /** SHA-256 of path and body, in which every key stands in the same order and every mark around data is the same. */
  request: z.string(),
  /** For people: where to, which model, how much. Nothing of it is compared. */
  about: z.object({ path: z.string(), model: z.string().nullable(), messages: z.number().int().nullable() }),
  status: z.number().int(),
  type: z.string(),
  retryAfter: z.string().nullable(),
  /** The answer as it came, piece by piece. */
  chunks: z.array(z.string()),
});
type Take = z.infer<typeof take>;

/** What stands around data in a prompt is new each time, so that nobody can know it: no part of what is asked. */
const marks = /data-[0-9a-f]{18}/g;

/**
 * Lets requests through and writes each with its answer to a file. Keys never get there: of a request only a digest is kept, of the headers
 * of an answer only its type and Retry-After, and what an answer repeats of `secrets` is blackened.
 */
export function recordTo(path: string, fetch: Fetch, secrets: readonly string[]): Fetch {
  let writing = Promise.resolve();
  return async (input, init) => {
    const asked = describe(input, init);
    const response = await fetch(input, init);
    if (response.body === null) return response;
    const chunks: string[] = [];
    const decoder = new TextDecoder();
    const keep = async () => {
      const recorded: Take = {
        ...asked,
        status: response.status,
        type: response.headers.get('content-type') ?? 'application/json',
        retryAfter: response.headers.get('retry-after'),
        chunks: blacken(chunks, secrets),
      };
      // One line after the other, also when answers end at the same time.
      writing = writing.then(() => appendFile(path, `${JSON.stringify(recorded)}\n`, { mode: 0o600 }));
      await writing;
    };
    const kept = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          chunks.push(decoder.decode(chunk, { stream: true }));
          controller.enqueue(chunk);
        },
        flush: keep,
      }),
    );
    return new Response(kept, { status: response.status, headers: response.headers });
  };
}

/**
 * Answers from a recorded file, without any network. The same request gets its answers in their order. A request that is not in the file is a
 * `ModelError` that says which it was. Throws when the file cannot be read or is none.
 */
export function replayFrom(path: string): Fetch {
  let loading: Promise<Map<string, Take[]>> | undefined;
  return async (input, init) => {
    loading ??= load(path);
    const takes = await loading;
    const asked = describe(input, init);
    const next = takes.get(asked.request)?.shift();
    if (next === undefined) throw missing(asked);
    const encoder = new TextEncoder();
    const body = new ReadableStream({
      start(controller) {
        for (const chunk of next.chunks) controller.enqueue(encoder.encode(chunk));
        controller.close();
      },
    });
    const headers = {
      'content-type': next.type,
      ...(next.retryAfter === null ? {} : { 'retry-after': next.retryAfter }),
    };
    return new Response(body, { status: next.status, headers });
  };
}

async function load(path: string): Promise<Map<string, Take[]>> {
  const takes = new Map<string, Take[]>();
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  for (const [index, line] of lines.entries()) {
    const parsed = take.safeParse(parseJson(line));
    if (!parsed.success) throw unreadable(index + 1);
    takes.set(parsed.data.request, [...(takes.get(parsed.data.request) ?? []), parsed.data]);
  }
  return takes;
}

function describe(input: Parameters<Fetch>[0], init: Parameters<Fetch>[1]): Pick<Take, 'request' | 'about'> {
  const url = new URL(input instanceof Request ? input.url : input);
  const body = typeof init?.body === 'string' ? parseJson(init.body) : null;
  // Where it was sent to is not part of it, so what one proxy recorded is replayed behind another. Google's key may stand in the query.
  const path = url.pathname.replace(/^.*\/(v1beta|v1)\//, '/');
  const request = createHash('sha256')
    .update(`${path}\n${JSON.stringify(sorted(body)).replaceAll(marks, 'data-')}`)
    .digest('hex');
  const { model, messages, input: inputs, contents } = recordOf(body);
  const list = [messages, inputs, contents].find((value) => Array.isArray(value));
  return {
    request,
    about: {
      path,
      model: typeof model === 'string' ? model : null,
      messages: Array.isArray(list) ? list.length : null,
    },
  };
}

function missing({ request, about }: Pick<Take, 'request' | 'about'>): ModelError {
  const what = [
    about.path,
    about.model ?? '',
    about.messages === null ? '' : `${about.messages} messages`,
    request.slice(0, 12),
  ];
  return new ModelError(
    'failed',
    `This request is not in the recording: ${what.filter(Boolean).join(', ')}. Record it anew, or ask exactly what was recorded.`,
    { detail: 'not recorded' },
  );
}

function unreadable(line: number): ModelError {
  return new ModelError('failed', `The recording cannot be replayed: its line ${line} is none of ours.`, {
    detail: 'no recording',
  });
}

/** What an answer repeats of a secret, also where it falls between two pieces. */
function blacken(chunks: readonly string[], secrets: readonly string[]): string[] {
  const whole = chunks.join('');
  const found = secrets.filter((secret) => secret !== '' && whole.includes(secret));
  if (found.length === 0) return [...chunks];
  return [found.reduce((text, secret) => text.replaceAll(secret, '[secret]'), whole)];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
