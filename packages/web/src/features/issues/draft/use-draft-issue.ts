import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Id, Issue, Project } from '@yudai/contract';
import { factsOf } from '#features/issues/draft/chosen-facts.ts';
import type { ChosenFacts } from '#features/issues/draft/chosen-facts.ts';
import { documentFrom, idsOf } from '#features/issues/draft/draft-source.ts';
import type { DraftSource } from '#features/issues/draft/draft-source.ts';
import { api, client } from '#lib/client.ts';
import { links } from '#lib/links.ts';

export interface Draft {
  readonly text: string;
  readonly sources: readonly DraftSource[];
  readonly facts: ChosenFacts;
}

/** Begins an issue, written by the architect or by hand, and opens its page. */
export function useDraftIssue(projectId: Project['id'], onClose: () => void) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const onSuccess = async ({ id }: Issue) => {
    onClose();
    await queries.invalidateQueries({ queryKey: api.issues.key() });
    await navigate(links.issue(projectId, id));
  };
  const write = useMutation({ mutationFn: (draft: Draft) => writeIssue(projectId, draft), onSuccess });
  const byHand = useMutation({ mutationFn: (draft: Draft) => beginByHand(projectId, draft), onSuccess });
  return { write, byHand };
}

async function writeIssue(projectId: Id<'project'>, { text, sources, facts }: Draft): Promise<Issue> {
  const words = text.trim() === '' ? {} : { text: text.trim() };
  const { issue } = await client.issues.draft({ projectId, ...words, ...idsOf(sources), ...factsOf(facts) });
  return issue;
}

/** An idea becomes its issue, whatever else is said; anything else begins a new one. */
async function beginByHand(projectId: Id<'project'>, { text, sources, facts }: Draft): Promise<Issue> {
  const { ideaId } = idsOf(sources);
  if (ideaId === undefined) {
    return client.issues.create({ projectId, document: documentFrom(text, sources), ...factsOf(facts) });
  }
  const { issue } = await client.issues.promoteIdea({ projectId, id: ideaId });
  const { id, version, document } = issue;
  const problem = [document.problem, text.trim()].filter((part) => part !== '').join('\n\n');
  if (problem === document.problem && Object.keys(factsOf(facts)).length === 0) return issue;
  return client.issues.update({ projectId, id, version, document: { problem }, ...factsOf(facts) });
}
