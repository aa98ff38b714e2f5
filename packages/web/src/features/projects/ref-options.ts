import type { SourceInspection } from '@yudai/contract';

/** Branches and tags for a select. A tag named like a branch is left out: git would take the branch. */
export function refOptions(found: Pick<SourceInspection, 'branches' | 'tags'>) {
  const branches = new Set(found.branches);
  return [
    { group: 'Branches', items: [...branches] },
    { group: 'Tags', items: [...new Set(found.tags)].filter((tag) => !branches.has(tag)) },
  ].filter((group) => group.items.length > 0);
}
