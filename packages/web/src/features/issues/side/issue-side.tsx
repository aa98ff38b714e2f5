import type { UseQueryResult } from '@tanstack/react-query';
import { may } from '@yudai/contract';
import type { Issue, IssueReadiness, Project, ReadinessReason } from '@yudai/contract';
import type { ReactNode } from 'react';
import type { Editor } from '#features/issues/editor/use-editor.ts';
import { FactsPanel } from '#features/issues/side/facts-panel.tsx';
import { GithubPanel } from '#features/issues/side/github-panel.tsx';
import { ReadinessPanel } from '#features/issues/side/readiness-panel.tsx';
import { IssueSolves } from '#features/solver/start/issue-solves.tsx';
import { VersionsPanel } from '#features/issues/side/versions-panel.tsx';

interface Props {
  project: Project;
  issue: Issue;
  editor: Editor;
  readiness: UseQueryResult<IssueReadiness>;
  onReason: (reason: ReadinessReason) => void;
}

/** What is known of the issue besides its words. */
export function IssueSide({ project, issue, editor, readiness, onReason }: Props): ReactNode {
  const mayWrite = may(project.role, 'issues.write');
  return (
    <aside className="issue-side" id="issue-side" tabIndex={0} aria-label="About the issue">
      <ReadinessPanel projectId={project.id} readiness={readiness} isDirty={editor.isDirty} onReason={onReason} />
      <IssueSolves project={project} issue={issue} />
      {issue.github !== null && <GithubPanel issue={issue} github={issue.github} mayWrite={mayWrite} />}
      <FactsPanel project={project} issue={issue} editor={editor} mayWrite={mayWrite} />
      <VersionsPanel project={project} issue={issue} isDirty={editor.isDirty} mayWrite={mayWrite} />
    </aside>
  );
}
