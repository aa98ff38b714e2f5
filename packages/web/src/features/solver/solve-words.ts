import type {
  CoderAgent,
  SolveCriterionResult,
  SolveEvidence,
  SolveGate,
  SolveHead,
  SolveOutcome,
  SolveStage,
  SolveStatus,
  StageRun,
  StopReason,
} from '@yudai/contract';
import { formatCost } from '#lib/format.ts';
import type { Tone } from '#ui/state-dot.tsx';

interface Words {
  readonly word: string;
  readonly tone: Tone;
}

export const outcomeWords: Record<SolveOutcome, Words> = {
  solved: { word: 'solved', tone: 'success' },
  unsolved: { word: 'unsolved', tone: 'warning' },
  needs_input: { word: 'needs input', tone: 'warning' },
  cancelled: { word: 'stopped', tone: 'quiet' },
  failed: { word: 'failed', tone: 'danger' },
};

const statusWords: Record<SolveStatus, Words> = {
  queued: { word: 'queued', tone: 'quiet' },
  running: { word: 'solving', tone: 'accent' },
  waiting_for_input: { word: 'waits for you', tone: 'warning' },
  finished: { word: 'ended', tone: 'quiet' },
};

/** How a solve stands, in a word. */
export function wordsOf({ status, outcome }: Pick<SolveHead, 'status' | 'outcome'>): Words {
  return outcome === null ? statusWords[status] : outcomeWords[outcome];
}

/** What a solve has cost, as far as prices are known. */
export function costOf({ costMicros, hasUnpricedCalls }: Pick<SolveHead, 'costMicros' | 'hasUnpricedCalls'>): string {
  return `${hasUnpricedCalls ? '≥ ' : ''}${formatCost(costMicros)}`;
}

export function isEnded({ status }: Pick<SolveHead, 'status'>): boolean {
  return status === 'finished';
}

/** What an ended solve means for the person, above the reason that was recorded. */
export const outcomeTexts: Record<
  SolveOutcome,
  { readonly title: string; readonly text: string; readonly tone: Tone }
> = {
  solved: {
    title: 'Solved',
    text: 'What was asked for is there, and every claim about it comes from what ran. Look at the change, then open a pull request or take the patch.',
    tone: 'success',
  },
  unsolved: {
    title: 'Not solved',
    text: 'The change is kept as it is. Go on with a note, or download the patch and finish it by hand.',
    tone: 'warning',
  },
  needs_input: {
    title: 'It needs to know more',
    text: 'Answer in a note and go on: what has been found out so far is kept.',
    tone: 'warning',
  },
  cancelled: {
    title: 'Stopped',
    text: 'Everything it ran has ended. What was done until then is kept.',
    tone: 'quiet',
  },
  failed: {
    title: 'It could not go on',
    text: 'This is not the fault of the issue. What was done until then is kept, and trying again goes on from there.',
    tone: 'danger',
  },
};

export const stageWords: Record<SolveStage, { readonly name: string; readonly what: string }> = {
  prepare: { name: 'Prepare', what: 'A sandbox with the code, what it needs installed, and its tests as they are' },
  architect: { name: 'Plan', what: 'The architect reads the code and plans the change' },
  tester: { name: 'Tests first', what: 'The tester writes tests that fail until the issue is solved' },
  coder: { name: 'Change', what: 'The coder changes the code until the tests pass' },
  verify: { name: 'Verify', what: 'All checks in a fresh sandbox' },
};

export const stageStatusWords: Record<StageRun['status'], Words> = {
  running: { word: 'at work', tone: 'accent' },
  waiting: { word: 'waits for you', tone: 'warning' },
  done: { word: 'done', tone: 'success' },
  failed: { word: 'failed', tone: 'danger' },
  cancelled: { word: 'stopped', tone: 'quiet' },
};

/** Why an agent stopped; null when it was done. */
export const stopWords: Record<StopReason, string | null> = {
  submitted: null,
  steps: 'Stopped: all its steps were used.',
  time: 'Stopped: the time was up.',
  loop: 'Stopped: it went in circles.',
  cancelled: 'Stopped by a person.',
  silent: 'Stopped: it did nothing more.',
};

export const gateWords: Record<SolveGate, { readonly label: string; readonly hint: string }> = {
  plan: { label: 'The plan', hint: 'You agree to the plan; the rest goes on by itself until it is verified.' },
  every_stage: { label: 'Every stage', hint: 'You agree to the plan, the tests and the change, one after the other.' },
  none: {
    label: 'Nothing',
    hint: 'It goes on to the end by itself. On GitHub, what is solved becomes a draft pull request in your name.',
  },
};

export const aimWords: Record<'small' | 'best', { readonly label: string; readonly hint: string }> = {
  small: { label: 'Small change', hint: 'As few lines as will do.' },
  best: { label: 'Best effort', hint: 'The change that is best in the long run, also when it is larger.' },
};

export const agentWords: Record<CoderAgent, string> = {
  yudai: 'Yudai',
  opencode: 'opencode',
  claude: 'Claude Code',
  codex: 'Codex',
  gemini: 'Gemini CLI',
};

export const claimWords: Record<SolveCriterionResult['result'], Words> = {
  passed: { word: 'shown', tone: 'success' },
  failed: { word: 'failed', tone: 'danger' },
  unverified: { word: 'not shown', tone: 'warning' },
};

export const verdictWords: Record<SolveEvidence['verdict'], Words> = {
  passed: { word: 'passed', tone: 'success' },
  failed: { word: 'failed', tone: 'danger' },
  nothing_ran: { word: 'nothing ran', tone: 'warning' },
  unknown: { word: 'unclear', tone: 'warning' },
};

export const checkWords: Record<'test' | 'lint' | 'types' | 'build', string> = {
  test: 'Tests',
  lint: 'Lint',
  types: 'Types',
  build: 'Build',
};

/** What shows a criterion, in words. */
export function claimOf(claim: SolveCriterionResult['checks'][number]['claim']): string {
  switch (claim.kind) {
    case 'test':
      return claim.test;
    case 'check':
      return `The whole check: ${checkWords[claim.check].toLowerCase()}`;
    case 'command':
      return claim.command;
    case 'review':
      return `A look by ${claim.by}`;
  }
}

/** `3 passed, 1 failed`: what of a run there was. */
export function testsOf(tests: { readonly passed: number; readonly failed: number; readonly skipped: number }): string {
  const parts = [
    `${tests.passed} passed`,
    ...(tests.failed > 0 ? [`${tests.failed} failed`] : []),
    ...(tests.skipped > 0 ? [`${tests.skipped} skipped`] : []),
  ];
  return parts.join(', ');
}

/** What a screen reader hears when the solve has got on; empty where nothing is worth a word. */
export function announcementOf(
  solve: Pick<SolveHead, 'status' | 'outcome' | 'stage' | 'reason' | 'queuePosition'>,
): string {
  if (solve.outcome !== null) return `${outcomeTexts[solve.outcome].title}. ${solve.reason}`;
  if (solve.status === 'queued')
    return solve.queuePosition === null ? 'Queued.' : `Queued, place ${solve.queuePosition}.`;
  if (solve.status === 'waiting_for_input') return 'The solve waits for you.';
  return solve.stage === null ? 'The solve has begun.' : `${stageWords[solve.stage].name}: at work.`;
}
