import {
  type CoderAgent,
  coderAgents,
  type Id,
  type ModelCall,
  type ModelName,
  type SolverHealth,
  type SolveSettings,
} from '@yudai/contract';
import type { ForeignCoder } from '@yudai/engine/solving';
import type { Models } from '#features/models/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { JobRun } from '#platform/jobs/index.ts';

type Attempt = SolveSettings['attempts'][number];
type Foreign = Exclude<CoderAgent, 'yudai'>;

export interface AgentsDeps {
  readonly models: Pick<Models, 'candidatesOf' | 'relayForJob'>;
  /** Has a folder for each agent that is installed. */
  readonly agentsFolder: string;
}

export type Agents = ReturnType<typeof createAgents>;

/** Agents of others that can write the code here: what each needs, and the way to it. */
export function createAgents({ models, agentsFolder }: AgentsDeps) {
  /** The model that an agent would use; null when none of its format is set up. */
  async function modelFor(agent: Foreign, chosen: ModelName | null): Promise<ModelName | null> {
    const { agentFacts, splitModelName } = await import('@yudai/engine/agents');
    const fits = (model: ModelName) => agentFacts[agent].providers.includes(splitModelName(model).provider);
    const wanted = chosen === null ? models.candidatesOf('coder') : [chosen];
    return wanted.find(fits) ?? null;
  }

  /** Null when it can work; else what to do first, for a person. */
  async function lackOf(agent: Foreign, chosen: ModelName | null): Promise<string | null> {
    const { agentFacts, findAgent, installCommand } = await import('@yudai/engine/agents');
    const { label, licence, megabytes, providers } = agentFacts[agent];
    if ((await findAgent(agentsFolder, agent)) === null) {
      return `${label} (${licence}, ${megabytes} MB) is not installed: ${installCommand(agentsFolder, agent)}`;
    }
    if ((await modelFor(agent, chosen)) !== null) return null;
    return `${label} speaks to ${providers.join(', ')} only. Name such a model for the role coder.`;
  }

  /** Of one that can work, for a person. */
  async function about(agent: Foreign): Promise<string> {
    const { findAgent } = await import('@yudai/engine/agents');
    const asks = `It asks ${(await modelFor(agent, null)) ?? ''}.`;
    const { version = null, testedVersion = null } = (await findAgent(agentsFolder, agent)) ?? {};
    if (version === null || version === testedVersion) return asks;
    return `${asks} Version ${version} is installed; ${testedVersion} was tested.`;
  }

  return {
    list: (): Promise<SolverHealth['agents']> =>
      Promise.all(
        coderAgents.map(async (agent) => {
          if (agent === 'yudai') return { agent, usable: true, what: 'Yudai’s own.' };
          const lack = await lackOf(agent, null);
          return { agent, usable: lack === null, what: lack ?? (await about(agent)) };
        }),
      ),

    /** Throws `invalid_input` for one that cannot work here. */
    async require(attempts: readonly Attempt[]): Promise<void> {
      for (const { agent, model } of attempts) {
        const lack = agent === 'yudai' ? null : await lackOf(agent, model);
        if (lack !== null) throw new AppError('invalid_input', lack, { details: { agent } });
      }
    },

    /** Throws `conflict` when it is gone since it was chosen. */
    async coderFor(
      run: JobRun<unknown>,
      {
        agent,
        model,
        projectId,
        onCall,
      }: {
        readonly agent: Foreign;
        readonly model: ModelName | null;
        readonly projectId: Id<'project'>;
        onCall(call: ModelCall): void;
      },
    ): Promise<ForeignCoder> {
      const { agentFacts, findAgent } = await import('@yudai/engine/agents');
      const installed = await findAgent(agentsFolder, agent);
      const candidate = await modelFor(agent, model);
      if (installed === null || candidate === null) {
        throw new AppError(
          'conflict',
          (await lackOf(agent, model)) ?? `${agentFacts[agent].label} cannot work here any more.`,
        );
      }
      return {
        name: `${agentFacts[agent].label} · ${candidate}`,
        agent: installed,
        openRelay: (admit) => models.relayForJob(run, { role: 'coder', projectId, candidate, onCall, admit }),
      };
    },
  };
}
