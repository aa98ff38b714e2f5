import type { Clock } from '#kernel/clock.ts';
import type { Config } from '#platform/config/index.ts';
import type { Database } from '#platform/db/index.ts';
import { createLimits, type Limits, type LimitsSettings } from '#platform/limits/index.ts';

const ofTeams: LimitsSettings = { user: 60, address: 60, auth: 10, repositories: 20, answers: 20, solves: 5 };
const ofOnePerson: LimitsSettings = { user: 0, address: 0, auth: 0, repositories: 0, answers: 0, solves: 0 };

/** The limits of this installation: what is configured, else what its mode has. */
export function limitsOf(parts: {
  readonly config: Config;
  readonly mode: 'local' | 'team';
  readonly database: Database;
  readonly clock: Clock | undefined;
}): Limits {
  const { config, mode, database, clock } = parts;
  const standard = mode === 'team' ? ofTeams : ofOnePerson;
  const { user, address, auth, repositories, answers, solves } = config.limits;
  const settings: LimitsSettings = {
    user: user ?? standard.user,
    address: address ?? standard.address,
    auth: auth ?? standard.auth,
    repositories: repositories ?? standard.repositories,
    answers: answers ?? standard.answers,
    solves: solves ?? standard.solves,
  };
  return createLimits({ database, settings, clock });
}
