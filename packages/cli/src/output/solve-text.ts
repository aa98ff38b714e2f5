import { type Solve, type SolveHead, type SolverHealth, type SolveStatistics } from '@yudai/contract';
import { formatAmount, formatDollars, formatDuration } from '#output/numbers.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';
import { formatTable } from '#output/table.ts';

/** Solves, one a line. */
export function formatSolves({ items }: { readonly items: readonly SolveHead[] }, style: Style): string {
  if (items.length === 0) return 'There are no solves. `yudai solve <issue>` starts one.';
  return formatTable(
    items.map((solve) => [
      style('dim', solve.id),
      stateOf(solve, style),
      style('bold', safeText(solve.title)),
      `${formatAmount(solve.files, 'file')} +${solve.additions} −${solve.deletions}`,
      `${solve.hasUnpricedCalls ? 'at least ' : ''}${formatDollars(solve.costMicros)}`,
      solve.pullRequest === null ? '' : `#${solve.pullRequest.number} ${solve.pullRequest.state}`,
    ]),
  );
}

/** One solve: how it ended, what shows each criterion, and what it changes. */
export function formatSolve(solve: Solve, style: Style): string {
  const unpriced = solve.hasUnpricedCalls ? ' without calls of unknown price' : '';
  const cost = `${formatDollars(solve.costMicros)}${unpriced}`;
  const facts = [solve.id, formatAmount(solve.steps, 'step'), cost, durationOf(solve)];
  const blocks = [
    `${stateOf(solve, style)}  ${style('bold', safeText(solve.title))}`,
    style('dim', facts.filter((fact) => fact !== '').join(' · ')),
    safeText(solve.reason),
    solve.stages
      .map(
        ({ stage, attempt, status, summary }) =>
          `${stage}${solve.attempts.length > 1 ? ` ${attempt}` : ''}: ${status}. ${safeText(summary)}`,
      )
      .join('\n'),
    criteriaOf(solve, style),
    testsOf(solve),
    filesOf(solve, style),
    solve.pullRequest === null ? '' : `Pull request: ${safeText(solve.pullRequest.url)} (${solve.pullRequest.state})`,
    nextOf(solve),
  ];
  return blocks.filter((block) => block.trim() !== '').join('\n\n');
}

function stateOf({ status, outcome, queuePosition }: SolveHead, style: Style): string {
  if (status === 'queued') return queuePosition === null ? 'queued' : `queued, place ${queuePosition}`;
  if (status === 'waiting_for_input') return style('yellow', 'waiting for you');
  if (status === 'running' || outcome === null) return 'running';
  const words = outcome.replace('_', ' ');
  return outcome === 'solved'
    ? style('green', words)
    : outcome === 'failed'
      ? style('red', words)
      : style('yellow', words);
}

function criteriaOf({ criteria }: Solve, style: Style): string {
  const marks = { passed: style('green', '✓'), failed: style('red', '✗'), unverified: style('yellow', '?') };
  return criteria
    .map(({ id, text, result, checks }) => {
      const why = checks.map((check) => `    ${marks[check.result]} ${safeText(check.reason)}`);
      return [`${marks[result]} ${safeText(id)} ${safeText(text)}`, ...why].join('\n');
    })
    .join('\n');
}

function testsOf({ comparison }: Solve): string {
  if (comparison === null) return '';
  const { before, after, fixed, added, newFailures, unsteady = [], silenced, vanished } = comparison;
  const count = (of: typeof after) =>
    of === null ? 'not run' : `${of.passed} passed, ${of.failed} failed, ${of.skipped} skipped`;
  const changes = Object.entries({ fixed, added, 'newly failing': newFailures, unsteady, silenced, vanished })
    .filter(([, tests]) => tests.length > 0)
    .map(
      ([word, tests]) =>
        `  ${tests.length} ${word}: ${tests.slice(0, 5).map(safeText).join(', ')}${tests.length > 5 ? ', …' : ''}`,
    );
  return [`Tests before: ${count(before)}`, `Tests after:  ${count(after)}`, ...changes].join('\n');
}

function filesOf({ changed }: Solve, style: Style): string {
  return formatTable(
    changed.map(({ kind, path, additions, deletions }) => [
      kind,
      safeText(path),
      style('green', `+${additions}`),
      style('red', `−${deletions}`),
    ]),
  );
}

function nextOf({ id, status, outcome, pullRequest, jobId }: Solve): string {
  if (status === 'waiting_for_input') return `\`yudai jobs answer ${jobId ?? ''}\` shows what it asks, and answers.`;
  if (outcome === 'solved' && pullRequest === null)
    return `\`yudai solves publish ${id}\` opens a draft pull request; \`yudai solves patch ${id}\` prints the change.`;
  if (outcome === 'unsolved' || outcome === 'needs_input')
    return `\`yudai solves continue ${id} --note "…"\` goes on from here.`;
  return '';
}

function durationOf({ startedAt, finishedAt }: SolveHead): string {
  return startedAt === null || finishedAt === null
    ? ''
    : formatDuration(Date.parse(finishedAt) - Date.parse(startedAt));
}

/** What solving has brought, in a few lines. */
export function formatStatistics(statistics: SolveStatistics): string {
  const { total, byOutcome, solvedPercent, pullRequests, tests, durationMs } = statistics;
  const outcomes = Object.entries(byOutcome)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome.replace('_', ' ')}`);
  const unpriced =
    statistics.unpricedSolves === 0
      ? ''
      : ` without what ${formatAmount(statistics.unpricedSolves, 'solve')} cost at unknown prices`;
  return [
    `${formatAmount(total, 'solve')}: ${[...outcomes, `${statistics.running} running`, `${statistics.queued} queued`].join(', ')}`,
    `${solvedPercent === null ? 'None has ended yet' : `${solvedPercent} % solved`} · ${formatAmount(pullRequests.open + pullRequests.merged + pullRequests.closed, 'pull request')}, ${pullRequests.merged} merged`,
    `${formatAmount(statistics.edits, 'edit')}, +${statistics.additions} −${statistics.deletions} · tests ${tests.passed} passed, ${tests.failed} failed`,
    `${formatAmount(statistics.steps, 'step')} · ${formatDollars(statistics.costMicros)}${unpriced}${durationMs.median === null ? '' : ` · median ${formatDuration(durationMs.median)}`}`,
  ].join('\n');
}

/** Whether solving works here, and what to do where it does not. */
export function formatHealth(health: SolverHealth, style: Style): string {
  const { problems, warnings, models, agents, limits } = health;
  return [
    health.usable
      ? style('green', `Solving works here (${health.sandbox}).`)
      : style('red', 'Solving does not work here yet.'),
    ...problems.map(({ what, todo }) => `${style('red', '✗')} ${safeText(what)} ${safeText(todo)}`),
    ...warnings.map(({ what, todo }) => `${style('yellow', '!')} ${safeText(what)} ${safeText(todo)}`),
    `Models: architect ${models.architect.join(', ') || 'none'}; coder ${models.coder.join(', ') || 'none'}`,
    ...agents.map(({ agent, usable, what }) => `${usable ? style('green', '✓') : '·'} ${agent}: ${safeText(what)}`),
    `${health.running} of ${limits.concurrent} running, ${health.queued} queued; at most ${limits.minutes} minutes and ${limits.steps} steps a stage`,
  ].join('\n');
}
