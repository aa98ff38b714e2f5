import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import type { ModelName, ModelRole } from '@yudai/contract';
import { openAnswer, relayAnswer } from './answer-stream.ts';
import type { Breaker, Pass } from './breaker.ts';
import { type CallRecord, createCallRecord, type OnCall } from './call-record.ts';
import { collectAnswer } from './collect-answer.ts';
import { judge, judgeMiddle } from './judge.ts';
import { ModelError } from './model-error.ts';
import { type Watch, watch } from './patience.ts';
import type { PriceOf } from './prices.ts';
import { type LoadModel, providerFacts, splitModelName } from './providers.ts';
import { pauseBefore } from './retry-after.ts';
import type { CandidateSettings, Patience } from './settings.ts';
import type { Time } from './time.ts';

/** What all routers of a process share. */
export interface RouterParts {
  readonly load: LoadModel;
  readonly breakerOf: (model: ModelName) => Breaker;
  readonly priceOf: PriceOf;
  readonly time: Time;
  readonly patience: Patience;
  readonly random: () => number;
  /** Requests to one candidate for one call, at most. */
  readonly mostTries: number;
}

/** A role as the AI SDK takes a model. */
export type RoleModel = LanguageModelV4;

/**
 * One role as a model of the AI SDK: its candidates in order, each tried again while its failure may pass, the next one when it does not.
 * Once the first piece of an answer has been given out nobody takes over any more: a failure is then the last part of the stream. Throws
 * `ModelError`, or the reason of the caller's signal.
 */
export function createRouter(
  parts: RouterParts,
  role: ModelRole,
  candidates: readonly [CandidateSettings, ...CandidateSettings[]],
  onCall: OnCall,
): RoleModel {
  async function doStream(options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> {
    const { time, priceOf } = parts;
    const sent = () => JSON.stringify([options.prompt, options.tools ?? []]).length;
    const record = createCallRecord({ role, model: candidates[0].model, time, priceOf, onCall, sent });
    try {
      return { stream: await firstAnswer(parts, candidates, options, record) };
    } catch (error) {
      await record.end(error instanceof ModelError ? error.reason : 'aborted');
      throw error;
    }
  }

  return {
    specificationVersion: 'v4',
    provider: 'yudai',
    modelId: role,
    // Nothing that a conversation points at is fetched by a provider.
    supportedUrls: {},
    doStream,
    // Read as a stream too, so that a silent model is noticed long before the time for the whole is over.
    doGenerate: async (options) => await collectAnswer((await doStream(options)).stream),
  };
}

async function firstAnswer(
  parts: RouterParts,
  candidates: readonly CandidateSettings[],
  options: LanguageModelV4CallOptions,
  record: CallRecord,
): Promise<ReadableStream<LanguageModelV4StreamPart>> {
  let last: ModelError | undefined;
  for (const candidate of candidates) {
    const outcome = await tryCandidate(parts, candidate, options, record);
    if (outcome instanceof ReadableStream) return outcome;
    // That somebody rests tells less than what somebody said.
    last = outcome.rested && last !== undefined ? last : outcome.error;
  }
  throw last ?? new Error('A role was called without a candidate.');
}

interface GivenUp {
  readonly error: ModelError;
  readonly rested: boolean;
}

/** Tries one candidate until it answers or there is no point any more. Throws when no other candidate should be asked either. */
async function tryCandidate(
  parts: RouterParts,
  candidate: CandidateSettings,
  options: LanguageModelV4CallOptions,
  record: CallRecord,
): Promise<ReadableStream<LanguageModelV4StreamPart> | GivenUp> {
  const { model } = candidate;
  let failed: ModelError | undefined;
  for (let tries = 1; ; tries += 1) {
    const pass = parts.breakerOf(model).enter();
    if (pass === null) return failed === undefined ? resting(parts, model) : { error: failed, rested: false };
    const waiting = watch(parts.time, parts.patience, options.abortSignal);
    try {
      return await attempt(parts, candidate, options, { record, pass, waiting });
    } catch (error) {
      waiting.end();
      if (options.abortSignal?.aborted === true) {
        pass.dropped();
        throw options.abortSignal.reason;
      }
      const verdict = judge(error, model, parts.time.now());
      if (verdict.outage) pass.failed();
      else pass.dropped();
      failed = verdict.error;
      if (!verdict.elsewhere) throw failed;
      const pause = verdict.transient ? pauseBefore(tries, failed.retryAfterMs, parts.random) : null;
      if (pause === null || tries >= parts.mostTries) return { error: failed, rested: false };
      await parts.time.wait(pause, options.abortSignal ?? neverAborted);
    }
  }
}

const neverAborted = new AbortController().signal;

async function attempt(
  parts: RouterParts,
  candidate: CandidateSettings,
  options: LanguageModelV4CallOptions,
  { record, pass, waiting }: { readonly record: CallRecord; readonly pass: Pass; readonly waiting: Watch },
): Promise<ReadableStream<LanguageModelV4StreamPart>> {
  const { model } = candidate;
  const { patience } = parts;
  const loaded = await parts.load(model);
  record.attempt(model);
  const request = { ...optionsFor(candidate, options), abortSignal: waiting.signal };
  const { stream } = await waiting.within(loaded.doStream(request), patience.firstTokenMs);
  const answer = await openAnswer(stream, waiting, patience);
  record.began();
  return relayAnswer({
    answer,
    waiting,
    caller: options.abortSignal,
    pass,
    record,
    judge: (error) => judgeMiddle(error, model, parts.time.now()),
  });
}

function optionsFor(candidate: CandidateSettings, options: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
  const temperature = options.temperature ?? candidate.temperature ?? undefined;
  const { openai, ...others } = options.providerOptions ?? {};
  return {
    ...options,
    maxOutputTokens: Math.min(options.maxOutputTokens ?? Infinity, candidate.maxOutputTokens),
    ...(temperature === undefined ? {} : { temperature }),
    // What people say to Yudai is not to be kept by who answers, unless somebody asks for it.
    providerOptions: { ...others, openai: { store: false, ...openai } },
  };
}

function resting(parts: RouterParts, model: ModelName): GivenUp {
  const { restsUntil } = parts.breakerOf(model).state();
  const retryAfterMs = restsUntil === null ? null : restsUntil - parts.time.now();
  const { label } = providerFacts[splitModelName(model).provider];
  const message = `${model} has failed again and again, so ${label} is left alone for a minute. Try again then.`;
  return { error: new ModelError('unreachable', message, { model, retryAfterMs, detail: 'resting' }), rested: true };
}
