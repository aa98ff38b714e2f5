import type { Idea, Issue, IssueHead, IssueReadiness } from '@yudai/contract';
import { formatAmount } from '#output/numbers.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';
import { formatTable } from '#output/table.ts';

/** Issues, one a line. */
export function formatIssues(
  { items, total }: { readonly items: readonly IssueHead[]; readonly total: number },
  style: Style,
): string {
  if (items.length === 0) return 'There are no issues. `yudai issue draft "what should be different"` writes one.';
  const rows = items.map((issue) => [
    style('dim', issue.id),
    issue.status,
    issue.priority,
    issue.complexity,
    style('bold', safeText(issue.title)),
    placeOf(issue, style),
  ]);
  const rest = total > items.length ? `, ${items.length} of them here` : '';
  return `${formatTable(rows)}\n\n${formatAmount(total, 'issue')}${rest}.`;
}

/** One issue with all that it says. */
export function formatIssue(issue: Issue, style: Style): string {
  const facts = [
    issue.id,
    issue.status,
    issue.priority,
    issue.complexity,
    `version ${issue.version}`,
    issue.labels.map(safeText).join(', '),
    placeOf(issue, style),
  ];
  const failure = issue.failure === null ? '' : `\n${style('yellow', safeText(issue.failure.message))}`;
  const head = style('dim', facts.filter((fact) => fact !== '').join(' · '));
  return `${head}${failure}\n\n${safeText(issue.markdown)}`;
}

function placeOf({ github, writingJobId, publishingJobId }: IssueHead, style: Style): string {
  if (writingJobId !== null) return 'being written';
  if (publishingJobId !== null) return 'being published';
  if (github === null) return '';
  const changed = github.changed.length === 0 ? '' : style('yellow', ' changed on GitHub');
  return `${safeText(github.repository)}#${github.number}${changed}`;
}

/** The score, and what is missing for more. */
export function formatReadiness({ score, reasons, duplicates }: IssueReadiness, style: Style): string {
  const lines = reasons.map(({ severity, text, points }) => {
    const mark = severity === 'missing' ? style('red', '✗') : severity === 'warning' ? style('yellow', '!') : '·';
    return `${mark} ${safeText(text)}${points === 0 ? '' : style('dim', ` (−${points})`)}`;
  });
  const alike = duplicates.map(
    ({ number, title, likeness }) =>
      `  ${number === null ? 'here' : `#${number}`} ${safeText(title)} ${style('dim', `${Math.round(likeness * 100)} % alike`)}`,
  );
  const others = alike.length === 0 ? [] : ['', 'Issues with the same words:', ...alike];
  return [
    `${style('bold', `${score} of 100`)}${lines.length === 0 ? ', nothing is missing.' : ''}`,
    ...lines,
    ...others,
  ].join('\n');
}

/** Ideas, one a line. */
export function formatIdeas({ items }: { readonly items: readonly Idea[] }, style: Style): string {
  if (items.length === 0) return 'There are no ideas. `yudai ideas generate` looks for some in the code.';
  return formatTable(
    items.map((idea) => [
      style('dim', idea.id),
      idea.status,
      idea.complexity,
      style('bold', safeText(idea.title)),
      safeText(idea.evidence[0]?.cite ?? ''),
    ]),
  );
}
