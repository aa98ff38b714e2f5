import type { ModelCall, Project } from '@yudai/contract';
import type { LanguageModel } from 'ai';
import type { JobRun } from '#platform/jobs/index.ts';
import type { SessionRow } from './store.ts';

/** What one call of a model used. */
export type TurnUsage = Pick<ModelCall, 'model' | 'inputTokens' | 'cachedTokens' | 'outputTokens' | 'costMicros'>;

/** The models as conversations need them. */
export interface ChatModels {
  /** A model for this job, metered and charged. Throws `unavailable` when none is configured, saying what to set. */
  forTurn(
    run: JobRun<unknown>,
    of: {
      readonly project: Pick<Project, 'id'>;
      readonly session: Pick<SessionRow, 'id'>;
      readonly candidate: string | null;
      readonly onUsage: (usage: TurnUsage) => void;
    },
  ): LanguageModel;
}
