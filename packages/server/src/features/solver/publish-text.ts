import type { SolveAttempt, SolveEvidence, SolvePlan } from '@yudai/contract';
import type { SolvableIssue } from '#features/issues/index.ts';
import type { SolveRow } from './store.ts';

/** What GitHub takes is 65,536 characters. */
const mostBody = 60_000;
/** Commands that are listed; the evidence has all of them. */
const mostCommands = 30;

interface Told {
  readonly row: SolveRow;
  readonly issue: SolvableIssue;
  /** Of the attempt that counts. */
  readonly result: SolveAttempt | null;
  readonly evidence: readonly SolveEvidence[];
}

/** The branch of a solve: the same for the same solve, and nobody else's. */
export function branchOf(
  { id }: Pick<SolveRow, 'id'>,
  { title, github }: Pick<SolvableIssue, 'title' | 'github'>,
): string {
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const name = github === null ? words.join('-').slice(0, 40).replace(/-$/, '') || 'issue' : String(github.number);
  return `yudai/${name}-${id.slice(-6)}`;
}

export interface Person {
  readonly name: string;
  readonly email: string;
}

/** What the commit says. The same again for the same solve, so that its id is the same. */
export function commitMessage(
  { row, issue, result }: Omit<Told, 'evidence'>,
  title: string,
  person: Person | null,
): string {
  const trailers = [
    ...(issue.github === null ? [] : [`Issue: #${issue.github.number}`]),
    `Yudai-Solve: ${row.id}`,
    ...(person === null ? [] : [`Co-authored-by: ${oneLine(person.name)} <${oneLine(person.email)}>`]),
  ];
  return [subjectOf(title), wrap(result?.reason ?? row.reason), trailers.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What the pull request says. Every claim in it is computed from records; what a model wrote is quoted, and names nobody and closes nothing. */
export async function pullRequestBody({ row, issue, result, evidence }: Told, repository: string): Promise<string> {
  const { claimsMarkdown } = await import('@yudai/engine/verify');
  const closes =
    issue.github !== null && issue.github.repository === repository ? [`Closes #${issue.github.number}`] : [];
  const sections = [
    row.outcome === 'solved' ? '' : `> ⚠️ Not solved: ${plain(row.reason)}`,
    plan(row.state.plan),
    closes.join('\n'),
    result === null || result.criteria.length === 0 ? '' : `## Criteria\n\n${claimsMarkdown(result.criteria)}`,
    result?.tests ? tests(result.tests) : '',
    commands(evidence),
    `<sub>Made with Yudai (\`${row.id}\`). The tables are computed from what ran.</sub>`,
  ];
  const body = sections.filter((section) => section !== '').join('\n\n');
  return body.length > mostBody ? `${body.slice(0, mostBody - 1).toWellFormed()}…` : body;
}

function plan(found: SolvePlan | null): string {
  const steps = (found?.steps ?? []).map(({ text }) => `- ${plain(text)}`);
  return steps.length === 0 ? '' : `## What was planned\n\n${steps.join('\n')}`;
}

function tests({ before, after, ...lists }: NonNullable<SolveAttempt['tests']>): string {
  const row = (name: string, run: typeof before) =>
    `| ${name} | ${run === null ? 'did not run | – | –' : `${run.passed} | ${run.failed} | ${run.skipped}`} |`;
  const named = [
    ['Fixed', lists.fixed],
    ['Added', lists.added],
    ['Newly failing', lists.newFailures],
    ['Failed at first, passed when run again on the same files', lists.unsteady ?? []],
    ['Still failing', lists.stillFailing],
    ['No longer run', lists.silenced],
    ['Vanished', lists.vanished],
  ] as const;
  const listed = named.flatMap(([name, ids]) => (ids.length === 0 ? [] : [`- ${name}: ${shortList(ids)}`]));
  const table = [
    '| Tests | Passed | Failed | Skipped |',
    '| --- | --- | --- | --- |',
    row('before', before),
    row('after', after),
  ];
  return ['## Tests', table.join('\n'), listed.join('\n')].filter((part) => part !== '').join('\n\n');
}

function shortList(ids: readonly string[]): string {
  const shown = ids.slice(0, 10).map(code).join(', ');
  return ids.length > 10 ? `${shown} and ${ids.length - 10} more` : shown;
}

function commands(evidence: readonly SolveEvidence[]): string {
  const ran = evidence.filter(({ command, stage }) => command !== null && stage === 'verify').slice(-mostCommands);
  const lines = ran.map(({ command, exitCode, durationMs, verdict, when }) => {
    const time = durationMs === null ? '' : `, ${(durationMs / 1000).toFixed(1)} s`;
    const end = exitCode === null ? 'did not end' : `exit code ${exitCode}`;
    return `- ${code(command ?? '')}${when === null ? '' : ` (${when})`}: ${verdict.replace('_', ' ')}, ${end}${time}`;
  });
  return lines.length === 0 ? '' : `## What ran\n\n${lines.join('\n')}`;
}

function subjectOf(title: string): string {
  const line = oneLine(title);
  return line.length > 72 ? `${line.slice(0, 71).trimEnd()}…` : line;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\s<>]+/g, ' ').trim();
}

function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 72) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n').trim();
}

/** One line in which nothing is a link, a mention, HTML, or a word that closes an issue. */
function plain(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim().slice(0, 1000).toWellFormed();
  return line
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]()|~#!>]/g, String.raw`\$&`)
    .replaceAll('@', '@\u200b')
    .replaceAll('://', ':\u200b//');
}

function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim().slice(0, 300).toWellFormed();
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}
