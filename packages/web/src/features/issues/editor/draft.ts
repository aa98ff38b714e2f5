import { issueDocument } from '@yudai/contract';
import type { Complexity, Issue, IssueDocument, IssuePriority } from '@yudai/contract';

/** All of an issue that people change, as one flat record of fields. */
export interface Draft extends IssueDocument {
  priority: IssuePriority;
  complexity: Complexity;
  labels: string[];
  assignees: string[];
}
export type Field = keyof Draft;
type Content = Pick<Issue, 'document' | 'priority' | 'complexity' | 'labels' | 'assignees'>;

export const fieldWords: Record<Field, string> = {
  title: 'Title',
  problem: 'Problem',
  evidence: 'Evidence',
  current: 'What happens now',
  wanted: 'What should happen',
  criteria: 'Acceptance criteria',
  files: 'Affected files',
  outOfScope: 'Out of scope',
  risks: 'Risks',
  notes: 'Notes',
  priority: 'Priority',
  complexity: 'Size',
  labels: 'Labels',
  assignees: 'Assignees',
};

const fields = Object.keys(fieldWords) as readonly Field[];

export function draftOf({ document, priority, complexity, labels, assignees }: Content): Draft {
  return { ...document, priority, complexity, labels: [...labels], assignees: [...assignees] };
}

/** The fields that say something else, in the order of the form. */
export function differingFields(one: Draft, other: Draft): Field[] {
  return fields.filter((field) => !isSame(one[field], other[field]));
}

/** What an update sends to make `from` into `to`: only what differs. */
export function changesOf(from: Draft, to: Draft) {
  const { priority, complexity, labels, assignees, ...document } = pick(to, differingFields(from, to));
  return {
    ...(Object.keys(document).length === 0 ? {} : { document }),
    ...(priority === undefined ? {} : { priority }),
    ...(complexity === undefined ? {} : { complexity }),
    ...(labels === undefined ? {} : { labels }),
    ...(assignees === undefined ? {} : { assignees }),
  };
}

/** What was typed since `base`, on top of `latest`: where both changed a field, what was typed stays. */
export function rebase(typed: Draft, base: Draft, latest: Draft): Draft {
  return { ...latest, ...pick(typed, differingFields(base, typed)) };
}

/** What keeps it from being saved, for a person; null when nothing does. */
export function refusalOf(draft: Draft): string | null {
  if (draft.title.trim() === '') return 'An issue needs a title.';
  const { priority: _priority, complexity: _complexity, labels, assignees: _assignees, ...document } = draft;
  if (labels.length > 20) return 'An issue has at most 20 labels.';
  const read = issueDocument.safeParse(document);
  if (read.success) return null;
  const [problem] = read.error.issues;
  const field = fields.find((known) => known === problem?.path[0]);
  return `${field === undefined ? 'The issue' : fieldWords[field]}: ${problem?.message ?? 'is not right'}`;
}

function pick(draft: Draft, chosen: readonly Field[]): Partial<Draft> {
  return Object.fromEntries(chosen.map((field) => [field, draft[field]]));
}

/** Fields of the database come in an order of their own. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, inner]) => [key, ordered(inner)]);
}
