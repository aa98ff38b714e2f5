import { z } from 'zod';
import { procedure, projectProcedure } from '#access.ts';
import { idSchema } from '#ids.ts';

/** What a language model is used for; each role has its own ordered candidates. */
export const modelRoles = ['chat', 'writer', 'architect', 'coder', 'reviewer', 'mentor'] as const;
export const modelRole = z.enum(modelRoles);
export type ModelRole = z.infer<typeof modelRole>;

/** Who answers; `compatible` is any endpoint that speaks OpenAI's chat completions, such as Ollama or vLLM. */
export const modelProviders = ['openai', 'anthropic', 'google', 'openrouter', 'compatible'] as const;
export const modelProvider = z.enum(modelProviders);
export type ModelProvider = z.infer<typeof modelProvider>;

/** A model by its full name, such as `openai/gpt-5-mini` or `openrouter/deepseek/deepseek-chat`. */
export const modelName = z
  .string()
  .max(200)
  .regex(
    new RegExp(`^(${modelProviders.join('|')})/[\\w.:@+-]+(/[\\w.:@+-]+)*$`),
    `not a model: provider/name, where the provider is one of ${modelProviders.join(', ')}`,
  );
export type ModelName = z.infer<typeof modelName>;

/**
 * Why a model gave no answer: nothing is set up, the key or the right to the model is wrong, its limit or quota is used up, it cannot be
 * reached, it went silent, what it sent cannot be read, the conversation is longer than it takes, it declined to answer, or another mistake.
 */
export const modelFailures = [
  'not_configured',
  'refused',
  'limited',
  'unreachable',
  'stalled',
  'malformed',
  'too_long',
  'filtered',
  'failed',
] as const;
export const modelFailure = z.enum(modelFailures);
export type ModelFailure = z.infer<typeof modelFailure>;

export const modelOutcome = z.enum(['answered', 'aborted', ...modelFailures]);
export type ModelOutcome = z.infer<typeof modelOutcome>;

/** One call of a role, with everything that was tried for it. Money is micro-dollars, null when the price is not known. */
export const modelCall = z.object({
  role: modelRole,
  /** The candidate that answered, or the last that was tried. */
  model: modelName,
  outcome: modelOutcome,
  /** All input tokens, those read from the provider's cache among them. */
  inputTokens: z.number().int(),
  cachedTokens: z.number().int(),
  /** All output tokens, those of reasoning among them. */
  outputTokens: z.number().int(),
  reasoningTokens: z.number().int(),
  costMicros: z.number().int().nullable(),
  /** From the call to its end, and to the first token; null when there was none. */
  ms: z.number().int(),
  firstTokenMs: z.number().int().nullable(),
  /** Requests that were sent, over all candidates. */
  attempts: z.number().int(),
});
export type ModelCall = z.infer<typeof modelCall>;

/** What a model costs, in dollars a million tokens; null where it is not known. */
export const modelPrice = z.object({
  input: z.number(),
  cached: z.number().nullable(),
  output: z.number(),
});
export type ModelPrice = z.infer<typeof modelPrice>;

/** One of the models that a role may use. `resting` after repeated outages, until `restsUntil`; then `probing`. */
export const modelCandidate = z.object({
  model: modelName,
  provider: modelProvider,
  state: z.enum(['ready', 'resting', 'probing']),
  restsUntil: z.iso.datetime().nullable(),
  /** Null leaves it to the model. */
  temperature: z.number().nullable(),
  maxOutputTokens: z.number().int(),
  price: modelPrice.nullable(),
});
export type ModelCandidate = z.infer<typeof modelCandidate>;

/** Which models there are. Keys are never shown. */
export const modelsOverview = z.object({
  /** Whether every role has a model. */
  configured: z.boolean(),
  /** What to set, exactly, when something is missing; empty when nothing is. */
  hint: z.string(),
  roles: z.array(
    z.object({
      role: modelRole,
      /** In the order in which they are tried; empty when the role has none. */
      candidates: z.array(modelCandidate),
      /** The variable that names them. */
      variable: z.string(),
    }),
  ),
  providers: z.array(
    z.object({
      provider: modelProvider,
      configured: z.boolean(),
      /** The variable that holds its key, or its address. */
      variable: z.string(),
      /** Where requests go: scheme and host; null when the provider is not set up. */
      endpoint: z.string().nullable(),
      /** Its models among the candidates of all roles. */
      models: z.array(modelName),
      hint: z.string(),
    }),
  ),
});
export type ModelsOverview = z.infer<typeof modelsOverview>;

/** What one small call to a provider brought. */
export const modelTest = z.object({
  provider: modelProvider,
  model: modelName.nullable(),
  outcome: modelOutcome,
  /** What happened and what to do about it, for a person. */
  message: z.string(),
  ms: z.number().int(),
});
export type ModelTest = z.infer<typeof modelTest>;

const usageCounts = {
  calls: z.number().int(),
  failed: z.number().int(),
  inputTokens: z.number().int(),
  cachedTokens: z.number().int(),
  outputTokens: z.number().int(),
  reasoningTokens: z.number().int(),
  /** What is known of the cost. */
  costMicros: z.number().int(),
  /** Answered calls whose price is not known: the cost is at least `costMicros`. */
  unpriced: z.number().int(),
};

/** What models were used for and what that cost. Days are those of UTC. */
export const modelUsage = z.object({
  total: z.object(usageCounts),
  /** By day, role and model; the newest day first, the dearest first within it. */
  rows: z.array(z.object({ day: z.iso.date(), role: modelRole, model: modelName, ...usageCounts })),
});
export type ModelUsage = z.infer<typeof modelUsage>;

/** What jobs may use together before they stop and ask, and what they have used. Null is no limit. */
export const modelBudget = z.object({
  limitMicros: z.number().int().nullable(),
  spentMicros: z.number().int(),
  limitMs: z.number().int().nullable(),
  spentMs: z.number().int(),
});
export type ModelBudget = z.infer<typeof modelBudget>;

/** The budget of one person, over all their jobs; and those of the projects that they are in, over the jobs of all members. */
export const modelBudgets = z.object({
  person: modelBudget,
  projects: z.array(modelBudget.extend({ projectId: idSchema('project') })),
});
export type ModelBudgets = z.infer<typeof modelBudgets>;

const limit = z.number().int().min(0).max(1_000_000_000_000).nullable();
const limits = { limitMicros: limit, limitMs: limit };
/** Days back, today among them. */
const days = z.number().int().min(1).max(366).default(30);
const tags = ['models'];

export const modelsContract = {
  list: procedure('person')
    .route({ method: 'GET', path: '/v1/models', summary: 'Roles, their models, and what to set', tags })
    .input(z.strictObject({}))
    .output(modelsOverview),
  test: procedure('administrator')
    .meta({ limit: 'answers' })
    .route({ method: 'POST', path: '/v1/models/test', summary: 'Ask a model for one word; for administrators', tags })
    .input(
      z
        .strictObject({ provider: modelProvider, model: modelName.optional() })
        .refine(
          ({ provider, model }) => model === undefined || model.startsWith(`${provider}/`),
          'the model is of another provider',
        ),
    )
    .output(modelTest),
  usage: procedure('person')
    .route({ method: 'GET', path: '/v1/models/usage', summary: 'Tokens and cost of what the person started', tags })
    .input(z.strictObject({ days }))
    .output(modelUsage),
  usageOfProject: projectProcedure('jobs.read')
    .route({
      method: 'GET',
      path: '/v1/projects/{projectId}/usage',
      summary: 'Tokens and cost of what all members started in the project',
      tags,
    })
    .input(z.strictObject({ projectId: idSchema('project'), days }))
    .output(modelUsage),
  budgets: procedure('person')
    .route({ method: 'GET', path: '/v1/models/budgets', summary: 'What jobs may use before they stop and ask', tags })
    .input(z.strictObject({}))
    .output(modelBudgets),
  setBudget: procedure('person')
    .route({ method: 'PUT', path: '/v1/models/budgets', summary: 'Limit what the jobs of the person may use', tags })
    .input(z.strictObject(limits))
    .output(modelBudget),
  setProjectBudget: projectProcedure('project.update')
    .route({
      method: 'PUT',
      path: '/v1/projects/{projectId}/budget',
      summary: 'Limit what the jobs of the project may use, whoever starts them',
      tags,
    })
    .input(z.strictObject({ projectId: idSchema('project'), ...limits }))
    .output(modelBudget),
};
