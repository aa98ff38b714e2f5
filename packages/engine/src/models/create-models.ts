import { type ModelCall, type ModelName, type ModelPrice, type ModelRole, modelRoles } from '@yudai/contract';
import { type Breaker, type BreakerState, createBreaker } from './breaker.ts';
import type { OnCall } from './call-record.ts';
import { ModelError } from './model-error.ts';
import { createPrices } from './prices.ts';
import { createLoader, splitModelName } from './providers.ts';
import { createModelRelay, type ModelRelay, type RelayOptions } from './relay.ts';
import { createRouter, type RoleModel } from './router.ts';
import { type CandidateSettings, type ModelsSettings, standardPatience } from './settings.ts';
import { systemTime, type Time } from './time.ts';
import { wordsFor } from './words.ts';

export interface ForRole {
  /** Only this one of the candidates, of whichever role: a chosen model is never exchanged for another. */
  readonly candidate?: ModelName | undefined;
  readonly onCall?: OnCall;
}

/** The models of an installation. */
export interface Models {
  /**
   * A model for the AI SDK that tries the candidates of the role. Its calls throw `ModelError`; so does this, with `not_configured`, when the
   * role has no candidate or the chosen one is none.
   */
  forRole(role: ModelRole, options?: ForRole): RoleModel;
  /**
   * The first candidate of the role, or the chosen one, for a program that speaks to models itself. It does not try others. Throws
   * `ModelError` as `forRole` does.
   */
  relayFor(role: ModelRole, options: ForRole & Pick<RelayOptions, 'admit' | 'signal'>): ModelRelay;
  /** Asks a candidate for one word, once and whether it rests or not. Throws `ModelError`, or the reason of the signal. */
  probe(model: ModelName, options: { readonly signal: AbortSignal; readonly onCall?: OnCall }): Promise<void>;
  /** How a candidate stands in this process. */
  stateOf(model: ModelName): BreakerState;
  priceOf(model: ModelName): Promise<ModelPrice | null>;
}

export interface ModelsDeps {
  readonly fetch?: typeof globalThis.fetch;
  /** Told of every call, before the one that `forRole` was given. */
  readonly onCall?: OnCall;
  readonly time?: Time;
  /** From 0 to 1, for the length of pauses. */
  readonly random?: () => number;
}

export function createModels(settings: ModelsSettings, deps: ModelsDeps = {}): Models {
  const time = deps.time ?? systemTime;
  const breakers = new Map<ModelName, Breaker>();
  const priceOf = createPrices(settings.prices);

  function breakerOf(model: ModelName): Breaker {
    const known = breakers.get(model) ?? createBreaker(() => time.now());
    breakers.set(model, known);
    return known;
  }

  const parts = {
    load: createLoader(settings, safely(deps.fetch ?? globalThis.fetch)),
    breakerOf,
    priceOf,
    time,
    patience: { ...standardPatience, ...settings.patience },
    random: deps.random ?? Math.random,
    mostTries: 3,
  };

  return {
    forRole(role, { candidate, onCall } = {}) {
      const [first, ...rest] = candidate === undefined ? settings.roles[role] : chosen(settings, role, candidate);
      if (first === undefined) throw unset(role);
      return createRouter(parts, role, [first, ...rest], async (call) => {
        await deps.onCall?.(call);
        await onCall?.(call);
      });
    },
    relayFor(role, { candidate, onCall, admit, signal }) {
      const [first] = candidate === undefined ? settings.roles[role] : chosen(settings, role, candidate);
      if (first === undefined) throw unset(role);
      const opening = settings.providers[splitModelName(first.model).provider];
      if (opening === undefined)
        throw new ModelError('not_configured', wordsFor('not_configured', first.model), { model: first.model });
      const tell = async (call: ModelCall) => {
        await deps.onCall?.(call);
        await onCall?.(call);
      };
      const common = {
        role,
        model: first.model,
        opening,
        fetch: safely(deps.fetch ?? globalThis.fetch),
        time,
        priceOf,
        signal,
      };
      return createModelRelay({ ...common, onCall: tell, ...(admit === undefined ? {} : { admit }) });
    },
    async probe(model, { signal, onCall }) {
      const alone = { ...parts, breakerOf: () => createBreaker(() => time.now()), mostTries: 1 };
      const router = createRouter(alone, 'chat', chosen(settings, 'chat', model), async (call) => {
        await deps.onCall?.(call);
        await onCall?.(call);
      });
      const text = 'Answer with the one word: ready';
      await router.doGenerate({
        prompt: [{ role: 'user', content: [{ type: 'text', text }] }],
        // Room for those that think before they speak.
        maxOutputTokens: 1024,
        abortSignal: signal,
      });
    },
    stateOf: (model) => breakerOf(model).state(),
    priceOf,
  };
}

/** The candidate with the settings of its own role, or of the first that has it. */
function chosen(settings: ModelsSettings, role: ModelRole, model: ModelName): readonly [CandidateSettings] {
  const found = [role, ...modelRoles]
    .flatMap((each) => settings.roles[each])
    .find((candidate) => candidate.model === model);
  if (found !== undefined) return [found];
  throw new ModelError('not_configured', 'This model is not among those of this Yudai. Choose one that is.', { model });
}

function unset(role: ModelRole): ModelError {
  const variable = `YUDAI_MODELS_${role.toUpperCase()}`;
  return new ModelError(
    'not_configured',
    `No model is set up for the role '${role}'. Set YUDAI_MODELS or ${variable}, with the key of its provider (docs/models.md).`,
  );
}

/** A provider that sends requests elsewhere would send the key along. */
function safely(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (input, init) => fetch(input, { ...init, redirect: 'error' });
}
