import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { Pass } from './breaker.ts';
import type { CallRecord } from './call-record.ts';
import { BrokenAnswerError, type ModelError } from './model-error.ts';
import type { Watch } from './patience.ts';
import type { Patience } from './settings.ts';

type Part = LanguageModelV4StreamPart;

/** One answer on its way, of which the first piece has come. */
export interface OpenAnswer {
  /** What came up to the first piece, with it. */
  readonly first: readonly Part[];
  /** Undefined after the end. */
  next(): Promise<Part | undefined>;
  /** Reads what comes after the end, so that the connection is free for the next request. Never fails, and takes no longer than a second. */
  leave(): Promise<void>;
}

/**
 * Reads up to the first piece of an answer: until then another candidate can still take over. Throws what the stream carried as its error,
 * `StallError`, or `BrokenAnswerError` for an answer with nothing in it.
 */
export async function openAnswer(
  stream: ReadableStream<Part>,
  waiting: Watch,
  patience: Patience,
): Promise<OpenAnswer> {
  const reader = stream.getReader();
  const first: Part[] = [];
  for (;;) {
    const { value: part, done } = await waiting.within(reader.read(), patience.firstTokenMs);
    if (done) throw new BrokenAnswerError('cut');
    if (part.type === 'error') throw part.error;
    if (part.type === 'finish') throw new BrokenAnswerError(whyEmpty(part));
    // The SDK prints warnings, and some quote the conversation.
    first.push(part.type === 'stream-start' ? { ...part, warnings: [] } : part);
    if (isContent(part)) break;
  }
  return {
    first,
    async next() {
      const { value, done } = await waiting.within(reader.read(), patience.betweenMs);
      return done ? undefined : value;
    },
    async leave() {
      try {
        while (!(await waiting.within(reader.read(), leavingMs)).done);
      } catch {
        // The answer is complete; how its connection ends matters to nobody.
      }
      waiting.end();
    },
  };
}

const leavingMs = 900;

/** Whether a part says something; what comes before is about the call itself. */
function isContent(part: Part): boolean {
  if ('delta' in part) return part.delta !== '';
  return saying.has(part.type);
}

const saying: ReadonlySet<string> = new Set<Part['type']>([
  'tool-input-start',
  'tool-call',
  'file',
  'reasoning-file',
  'source',
]);

function whyEmpty(finish: Part & { type: 'finish' }): 'cut' | 'empty' | 'filtered' {
  if (finish.finishReason.unified === 'content-filter') return 'filtered';
  return isCut(finish) ? 'cut' : 'empty';
}

/** The SDK closes every stream with an end; where the provider has sent none, nothing is in it. */
function isCut({ finishReason, usage }: Part & { type: 'finish' }): boolean {
  return finishReason.raw === undefined && usage.inputTokens.total === undefined && finishReason.unified !== 'stop';
}

/**
 * The answer as the caller reads it, to its end. A failure on the way is a last part of the type `error` that holds a `ModelError`: what was
 * said until then stands. Tells pass and record how it went; the stream ends after the record has been kept.
 */
export function relayAnswer(parts: {
  readonly answer: OpenAnswer;
  readonly waiting: Watch;
  readonly caller: AbortSignal | undefined;
  readonly pass: Pass;
  readonly record: CallRecord;
  /** Translates a failure; `outage` says whose fault it is. */
  readonly judge: (error: unknown) => { readonly error: ModelError; readonly outage: boolean };
}): ReadableStream<Part> {
  const { answer, waiting, caller, pass, record } = parts;
  const first = answer.first[Symbol.iterator]();

  async function read(): Promise<Part | undefined> {
    const { value, done } = first.next();
    return done === true ? await answer.next() : value;
  }

  return new ReadableStream<Part>(
    {
      async pull(controller) {
        let part: Part | undefined;
        try {
          part = await read();
          if (part === undefined) throw new BrokenAnswerError('cut');
          if (part.type === 'error') throw part.error;
          if (part.type === 'finish' && isCut(part)) throw new BrokenAnswerError('cut');
        } catch (error) {
          if (caller?.aborted === true) {
            pass.dropped();
            waiting.end();
            await record.end('aborted');
            controller.error(caller.reason);
            return;
          }
          const judged = parts.judge(error);
          if (judged.outage) pass.failed();
          else pass.dropped();
          waiting.end();
          await record.end(judged.error.reason);
          controller.enqueue({ type: 'error', error: judged.error });
          controller.close();
          return;
        }
        record.received(charactersOf(part));
        if (part.type !== 'finish') {
          controller.enqueue(part);
          return;
        }
        pass.succeeded();
        await answer.leave();
        await record.end('answered', part.usage);
        controller.enqueue(part);
        controller.close();
      },
      async cancel() {
        pass.dropped();
        waiting.end();
        await record.end('aborted');
      },
    },
    // Nothing is read ahead of who listens.
    { highWaterMark: 0 },
  );
}

function charactersOf(part: Part): number {
  return 'delta' in part ? part.delta.length : 0;
}
