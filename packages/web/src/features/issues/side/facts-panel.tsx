import { Select, TagsInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { complexities, complexity, issuePriorities, issuePriority } from '@yudai/contract';
import type { Issue, Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import { complexityWords, priorityWords } from '#features/issues/draft/chosen-facts.ts';
import { useRepositoryLabels } from '#features/issues/draft/use-repository-labels.ts';
import type { Editor } from '#features/issues/editor/use-editor.ts';
import { originWords } from '#features/issues/issue-words.ts';
import { fieldId } from '#features/issues/side/target-of.ts';
import { usePeople } from '#features/issues/use-people.ts';
import { formatCost, formatNoun, formatTime } from '#lib/format.ts';
import { links } from '#lib/links.ts';

interface Props {
  project: Project;
  issue: Issue;
  editor: Editor;
  mayWrite: boolean;
}

/** Priority, size, labels and assignees, which are saved with the words; and where the issue comes from. */
export function FactsPanel({ project, issue, editor, mayWrite }: Props): ReactNode {
  const nameOf = usePeople(project);
  const owner = nameOf(issue.ownerId);
  const { estimate, sessionId, cardIds } = issue;
  return (
    <section className="issue-panel" aria-labelledby="issue-facts">
      <h2 id="issue-facts">Facts</h2>
      {mayWrite ? <Fields project={project} editor={editor} /> : <Told issue={issue} />}
      <dl className="facts">
        <Fact name="To solve">
          {estimate.costMicros === null ? 'cost not known' : `≈ ${formatCost(estimate.costMicros)}`}
        </Fact>
        <Fact name="Origin">
          {originWords[issue.origin]}
          {cardIds.length > 0 && `, with ${formatNoun(cardIds.length, 'card')}`}
        </Fact>
        {sessionId !== null && (
          <Fact name="Conversation">
            <Link className="issue-link" {...links.workbench(project.id, { chat: sessionId })}>
              Open it
            </Link>
          </Fact>
        )}
        {owner !== null && <Fact name="By">{owner}</Fact>}
        <Fact name="Created">{formatTime(issue.createdAt)}</Fact>
        <Fact name="Changed">{formatTime(issue.updatedAt)}</Fact>
      </dl>
      <p className="muted">{estimate.basis}</p>
    </section>
  );
}

function Fields({ project, editor }: { project: Project; editor: Editor }): ReactNode {
  const { draft, change, kind } = editor;
  const known = useRepositoryLabels(project);
  // Markdown is saved as a whole, without them.
  const isOff = kind === 'markdown';
  return (
    <>
      <Select
        label="Priority"
        allowDeselect={false}
        disabled={isOff}
        data={issuePriorities.map((value) => ({ value, label: priorityWords[value] }))}
        value={draft.priority}
        onChange={(value) => change({ priority: issuePriority.safeParse(value).data ?? draft.priority })}
      />
      <Select
        label="Size"
        allowDeselect={false}
        disabled={isOff}
        data={complexities.map((value) => ({ value, label: complexityWords[value] }))}
        value={draft.complexity}
        onChange={(value) => change({ complexity: complexity.safeParse(value).data ?? draft.complexity })}
      />
      <TagsInput
        id={fieldId('labels')}
        size="xs"
        label="Labels"
        disabled={isOff}
        maxTags={20}
        maxLength={50}
        data={known}
        value={draft.labels}
        onChange={(labels) => change({ labels })}
      />
      <TagsInput
        size="xs"
        label="Assignees"
        description="Names on GitHub"
        disabled={isOff}
        maxTags={10}
        maxLength={39}
        value={draft.assignees}
        onChange={(assignees) => change({ assignees })}
      />
    </>
  );
}

function Told({ issue }: { issue: Issue }): ReactNode {
  return (
    <dl className="facts">
      <Fact name="Priority">{priorityWords[issue.priority]}</Fact>
      <Fact name="Size">{complexityWords[issue.complexity]}</Fact>
      <Fact name="Labels">{issue.labels.length === 0 ? 'none' : issue.labels.join(', ')}</Fact>
      <Fact name="Assignees">{issue.assignees.length === 0 ? 'nobody' : issue.assignees.join(', ')}</Fact>
    </dl>
  );
}

function Fact(props: { name: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
