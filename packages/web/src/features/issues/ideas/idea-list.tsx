import { useNavigate } from '@tanstack/react-router';
import type { Idea, Project } from '@yudai/contract';
import type { KeyboardEvent, ReactNode } from 'react';
import { IdeaRow } from '#features/issues/ideas/idea-row.tsx';
import { useIdeaActions } from '#features/issues/ideas/use-ideas.ts';
import { links } from '#lib/links.ts';

interface Props {
  project: Project;
  ideas: readonly Idea[];
  mayWrite: boolean;
  onEdit: (idea: Idea) => void;
  onDraft: (idea: Idea) => void;
}

/** The ideas, one under the other; the arrow keys go from title to title. */
export function IdeaList({ project, ideas, mayWrite, onEdit, onDraft }: Props): ReactNode {
  const navigate = useNavigate();
  const actions = useIdeaActions(project.id, (id) => void navigate(links.issue(project.id, id)));
  return (
    <ul className="ideas" aria-label="Ideas" onKeyDown={moveBetweenTitles}>
      {ideas.map((idea) => (
        <IdeaRow
          key={idea.id}
          idea={idea}
          mayWrite={mayWrite}
          isBusy={actions.isBusy(idea)}
          onSource={(path, line) => void navigate(links.workbench(project.id, { path, line }))}
          onEdit={() => onEdit(idea)}
          onDraft={() => onDraft(idea)}
          onPromote={() => actions.promote(idea)}
          onDismiss={(dismissed) => actions.dismiss(idea, dismissed)}
        />
      ))}
    </ul>
  );
}

function moveBetweenTitles(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const titles = [...event.currentTarget.querySelectorAll<HTMLElement>('.idea-title')];
  const current = titles.findIndex((title) => title === event.target);
  if (step === 0 || current < 0) return;
  event.preventDefault();
  titles[current + step]?.focus();
}
