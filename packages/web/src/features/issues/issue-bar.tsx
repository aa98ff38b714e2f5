import { Link } from '@tanstack/react-router';
import type { Issue, Project } from '@yudai/contract';
import { may } from '@yudai/contract';
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Editor } from '#features/issues/editor/use-editor.ts';
import { IssueMenu } from '#features/issues/issue-menu.tsx';
import { GithubNumber, Status } from '#features/issues/list/issue-table.tsx';
import { PublishButton } from '#features/issues/publish/publish-button.tsx';
import { SolveButton } from '#features/solver/start/solve-button.tsx';
import { CopyButton } from '#ui/copy-button.tsx';
import { links } from '#lib/links.ts';

interface Props {
  project: Project;
  issue: Issue;
  editor: Editor;
  score: number | null;
  children: ReactNode;
}

/** Where the issue stands, and what can be done with it as a whole. */
export function IssueBar({ project, issue, editor, score, children }: Props): ReactNode {
  const { isDirty } = editor;
  return (
    <div className="issues-bar issue-bar">
      <Link className="row issue-back" {...links.issues(project.id)}>
        <ArrowLeft size={13} aria-hidden="true" />
        Issues
      </Link>
      <Status issue={issue} />
      {issue.archived && <span className="chip">archived</span>}
      {issue.github !== null && <GithubNumber github={issue.github} />}
      <a className="chip issue-to-side" href="#issue-side">
        Ready <span className="mono">{score ?? '–'}</span>
      </a>
      <span className="grow" />
      {children}
      <CopyButton value={issue.markdown} label="Copy as Markdown" />
      <SolveButton project={project} issue={issue} isDirty={isDirty} />
      {may(project.role, 'issues.publish') && <PublishButton project={project} issue={issue} isDirty={isDirty} />}
      <IssueMenu project={project} issue={issue} isDirty={isDirty} />
    </div>
  );
}
