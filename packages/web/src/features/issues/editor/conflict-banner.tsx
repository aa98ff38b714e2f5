import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Issue, Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import { DraftDifferences } from '#features/issues/editor/draft-differences.tsx';
import { draftOf, fieldWords } from '#features/issues/editor/draft.ts';
import type { Field } from '#features/issues/editor/draft.ts';
import type { Editor } from '#features/issues/editor/use-editor.ts';
import { sourceWords } from '#features/issues/issue-words.ts';
import { usePeople } from '#features/issues/use-people.ts';
import { api } from '#lib/client.ts';

/** Says who was faster and what they changed. What was typed here stays until the person has decided. */
export function ConflictBanner(props: { project: Project; issue: Issue; editor: Editor }): ReactNode {
  const { project, issue, editor } = props;
  const { conflict } = editor;
  const nameOf = usePeople(project);
  const versions = useQuery(
    api.issues.versions.queryOptions({
      input: { projectId: project.id, id: issue.id, limit: 1 },
      enabled: conflict !== null,
      staleTime: 0,
    }),
  );
  if (conflict === null) return null;
  const { base, theirs, mine } = conflict;
  const last = versions.data?.items.find(({ version }) => version === issue.version);
  const who = nameOf(last?.authorId ?? null) ?? (last?.source === 'model' ? 'The architect' : 'Somebody');
  const both = mine === null ? [] : theirs.filter((field) => mine.includes(field));
  return (
    <div className="notice issue-notice" role="alert">
      <strong>
        {who} saved version {issue.version} meanwhile
        {last === undefined || last.source === 'hand' ? '' : ` (${sourceWords[last.source]})`}
      </strong>
      <p>
        Changed there: {wordsOf(theirs)}. What you typed from version {base.version} is still here and not saved.
      </p>
      <p>
        {mine === null
          ? 'Keeping yours replaces the whole issue with your Markdown.'
          : both.length === 0
            ? 'You changed other fields: keeping yours keeps theirs as well.'
            : `You both changed ${wordsOf(both)}: keeping yours replaces theirs there.`}
      </p>
      <details>
        <summary>What they changed</summary>
        <DraftDifferences before={draftOf(base)} after={draftOf(issue)} names={['Before', 'Theirs']} />
      </details>
      <div className="row">
        <Button size="compact-sm" onClick={editor.keepMine}>
          Keep mine
        </Button>
        <Button size="compact-sm" variant="default" onClick={editor.discard}>
          Take theirs
        </Button>
      </div>
    </div>
  );
}

function wordsOf(fields: readonly Field[]): string {
  return fields.length === 0
    ? 'nothing that is seen'
    : fields.map((field) => fieldWords[field].toLowerCase()).join(', ');
}
