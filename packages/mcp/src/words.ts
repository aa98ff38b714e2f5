import { contract, type SolveHead } from '@yudai/contract';
import type { z } from 'zod';

interface Procedure<T> {
  readonly '~orpc': { readonly outputSchema?: T };
}

/** How the answer of a tool reads: compact, with what names its places in the code. */
export type Words = (output: unknown, input: Readonly<Record<string, unknown>>) => string;

/** Words for what this procedure gives, whatever it is given as. */
function words<T extends z.ZodType>(
  procedure: Procedure<T>,
  say: (output: z.output<T>, input: Readonly<Record<string, unknown>>) => string,
): Words {
  const schema = procedure['~orpc'].outputSchema;
  if (schema === undefined) throw new Error('A tool must say what it gives.');
  return (output, input) => say(schema.parse(output), input);
}

const { codebase, cards, issues, projects, solver } = contract;
const more = (cursor: string | null): string[] => (cursor === null ? [] : [`More with cursor: ${cursor}`]);
const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 200);

/** The words of every tool, by its procedure. */
export const wordsOf: Readonly<Record<string, Words>> = {
  'projects.list': words(projects.list, ({ items, nextCursor }) =>
    lines(
      items.map(({ id, name, status, ref }) => `${id} ${name} (${status}${ref === null ? '' : `, ${ref}`})`),
      more(nextCursor),
      'There are no projects.',
    ),
  ),
  'codebase.search': words(codebase.search, ({ hits, truncated, notes }) =>
    lines(
      hits.flatMap(({ cite, symbol, preview }) => [
        `${cite}${symbol === null ? '' : ` (${symbol.kind} ${symbol.name})`}`,
        ...preview.map(({ line, text }) => `  ${line}: ${text.slice(0, 300)}`),
      ]),
      truncated ? ['There are more: ask with a higher limit, other words or a path.'] : [],
      ['Nothing was found.', ...notes].join('\n'),
    ),
  ),
  'codebase.file': words(codebase.file, ({ path, blob, text, reason, lines: count }, { startLine }) => {
    if (text === null) return `${path} has no text that can be shown: ${reason ?? 'it is not text'}.`;
    const shown = text.split('\n');
    const start = typeof startLine === 'number' ? startLine : 1;
    const end = start + shown.length - 1;
    const rest = end < count ? [`(${count - end} more lines; ask with startLine ${end + 1})`] : [];
    const cite = `${path}:${start}-${end}@${blob.slice(0, 12)}`;
    return [cite, ...shown.map((line, index) => `${start + index}: ${line}`), ...rest].join('\n');
  }),
  'codebase.symbols': words(codebase.symbols, ({ items, nextCursor }) =>
    lines(
      items.map(
        ({ kind, container, name, path, startLine, endLine, signature }) =>
          `${path}:${startLine}-${endLine} ${kind} ${container === '' ? '' : `${container}.`}${name}: ${signature}`,
      ),
      more(nextCursor),
      'No definition has such a name.',
    ),
  ),
  'codebase.references': words(codebase.references, ({ items, nextCursor }) =>
    lines(
      items.map(
        ({ path, line, text, definition }) =>
          `${path}:${line} ${definition ? '(definition) ' : ''}${text.trim().slice(0, 300)}`,
      ),
      more(nextCursor),
      'This name is used nowhere.',
    ),
  ),
  'codebase.dependencies': words(codebase.dependencies, ({ path, imports, importedBy, cycles }) =>
    [
      `${path} imports:`,
      ...imports.map(
        (it) => `  ${it.path ?? it.package ?? `${it.specifier} (not found)`} (as ${it.specifier}, line ${it.line})`,
      ),
      'Imported by:',
      ...importedBy.map((it) => `  ${it.path}:${it.line}`),
      ...cycles.map((cycle) => `Cycle: ${cycle.join(' → ')}`),
    ].join('\n'),
  ),
  'codebase.history': words(codebase.history, ({ items }) =>
    lines(
      items.flatMap(({ sha, at, message, paths }) => [
        `commit ${sha.slice(0, 12)} ${at.slice(0, 10)} ${firstLine(message)}`,
        ...(paths.length === 0
          ? []
          : [`  changed: ${paths.slice(0, 20).join(', ')}${paths.length > 20 ? `, ${paths.length - 20} more` : ''}`]),
      ]),
      [],
      'No commits were found.',
    ),
  ),
  'codebase.pack': words(codebase.pack, ({ text, tokens, budget, leftOut }) =>
    lines(
      [text],
      [`(${tokens} of ${budget} tokens; ${leftOut.length} files left out: ask with a larger budget or with paths)`],
      '',
    ),
  ),
  'cards.list': words(cards.list, ({ items, nextCursor, total }) =>
    lines(
      items.map(({ id, title, category, tokens, cite, excerpt }) =>
        [`${id} ${title} (${category}, ${tokens} tokens)`, cite, firstLine(excerpt)]
          .filter((part) => part !== null && part !== '')
          .join('\n  '),
      ),
      [`${total.cards} cards, ${total.tokens} tokens.`, ...more(nextCursor)],
      'There are no cards.',
    ),
  ),
  'cards.get': words(cards.get, ({ id, title, cite, content, staleness }) =>
    [`${id} ${title}`, cite, staleness === null ? null : `It is ${staleness.state}.`, '', content]
      .filter((part) => part !== null)
      .join('\n'),
  ),
  'cards.create': words(cards.create, ({ id, title, tokens }) => `Kept as ${id}: ${title} (${tokens} tokens).`),
  'issues.list': words(issues.list, ({ items, nextCursor, total }) =>
    lines(
      items.map(
        ({ id, title, status, priority, github }) =>
          `${id} ${title} (${status}, ${priority}${github === null ? '' : `, #${github.number} on GitHub`})`,
      ),
      [`${total} issues.`, ...more(nextCursor)],
      'There are no issues.',
    ),
  ),
  'issues.get': words(issues.get, ({ id, status, markdown }) => `${id} (${status})\n\n${markdown}`),
  'issues.create': words(
    issues.create,
    ({ id, title }) => `A draft is written as ${id}: ${title}. Nothing is published.`,
  ),
  'solver.start': words(solver.start, ({ solve, job }) => `${solve.id} begins, as the job ${job.id}: ${solve.title}.`),
  'solver.list': words(solver.list, ({ items, nextCursor }) =>
    lines(items.map(headOf), more(nextCursor), 'There are no solves.'),
  ),
  'solver.get': words(solver.get, (solve) => {
    const { stages, criteria, changed, comparison } = solve;
    const after = comparison?.after ?? null;
    return [
      headOf(solve),
      ...(solve.reason === '' ? [] : [solve.reason]),
      ...stages.map(({ key, status, summary }) => `${key} ${status}${summary === '' ? '' : `: ${firstLine(summary)}`}`),
      ...criteria.map(({ id, text, result }) => `${id} ${result}: ${firstLine(text)}`),
      ...(after === null ? [] : [`Tests: ${after.passed} passed, ${after.failed} failed, ${after.skipped} skipped.`]),
      ...changed.map(({ path, kind, additions, deletions }) => `${path} ${kind} +${additions} -${deletions}`),
    ].join('\n');
  }),
};

function headOf({ id, title, status, outcome, pullRequest }: SolveHead): string {
  const pull = pullRequest === null ? '' : `, ${pullRequest.url} ${pullRequest.state}`;
  return `${id} ${title} (${outcome ?? status}${pull})`;
}

function lines(said: readonly string[], after: readonly string[], none: string): string {
  return said.length === 0 ? none : [...said, ...after].join('\n');
}
