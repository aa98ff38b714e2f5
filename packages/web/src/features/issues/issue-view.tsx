import { SegmentedControl, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { may } from '@yudai/contract';
import type { Issue, Project, ReadinessReason } from '@yudai/contract';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { DocumentView } from '#features/issues/document-view.tsx';
import { ConflictBanner } from '#features/issues/editor/conflict-banner.tsx';
import { FieldForm } from '#features/issues/editor/field-form.tsx';
import { SaveButtons } from '#features/issues/editor/save-buttons.tsx';
import { UnsavedGuard } from '#features/issues/editor/unsaved-guard.tsx';
import { useEditor } from '#features/issues/editor/use-editor.ts';
import type { Editor } from '#features/issues/editor/use-editor.ts';
import { IssueBar } from '#features/issues/issue-bar.tsx';
import { IssueSide } from '#features/issues/side/issue-side.tsx';
import { targetOf } from '#features/issues/side/target-of.ts';
import { SourceDrawer } from '#features/issues/source-drawer.tsx';
import type { Place } from '#features/issues/source-drawer.tsx';
import { WorkBanner } from '#features/issues/work-banner.tsx';
import { api } from '#lib/client.ts';
import { usePageTitle } from '#lib/use-page-title.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

export type Mode = 'read' | 'fields' | 'markdown';

/** The document at the left; what is known of it, of its versions and of GitHub at the right. */
export function IssueView({ project, issue }: { project: Project; issue: Issue }): ReactNode {
  const mayWrite = may(project.role, 'issues.write');
  const editor = useEditor(issue);
  const [mode, setMode] = useState<Mode>(mayWrite && issue.status === 'draft' ? 'fields' : 'read');
  const [source, setSource] = useState<Place | null>(null);
  const jump = useJump();
  const readiness = useQuery(
    api.issues.check.queryOptions({
      input: { projectId: project.id, id: issue.id },
      placeholderData: (previous) => previous,
    }),
  );
  usePageTitle(`${issue.title} · ${project.name}`);
  const isTaken = issue.writingJobId !== null || issue.publishingJobId !== null;
  // What was typed before somebody had it written is still there to be seen and kept.
  const shown: Mode = !mayWrite || (isTaken && !editor.isDirty) ? 'read' : mode;
  const goTo = (reason: ReadinessReason) => {
    const target = targetOf(reason, shown === 'fields' ? editor.draft : issue.document);
    if (target === null) return;
    if (mayWrite && !isTaken && editor.kind !== 'markdown') setMode('fields');
    jump(target);
  };
  const citations = readiness.data?.citations ?? [];
  const onOpen = (path: string, lines: Place['lines']) => setSource({ path, lines });
  return (
    <>
      <IssueBar project={project} issue={issue} editor={editor} score={readiness.data?.score ?? null}>
        {mayWrite && <ModeSwitch mode={shown} editor={editor} isTaken={isTaken} onMode={setMode} />}
        {mayWrite && <SaveButtons editor={editor} isTaken={isTaken} />}
      </IssueBar>
      <div className="issue-page">
        <div className="issue-main" tabIndex={0} role="region" aria-label="Issue">
          <WorkBanner project={project} issue={issue} isDirty={editor.isDirty} />
          <ConflictBanner project={project} issue={issue} editor={editor} />
          {editor.error !== null && <ErrorLine error={editor.error} />}
          {shown === 'read' && <DocumentView document={issue.document} citations={citations} onOpen={onOpen} />}
          {shown === 'fields' && (
            <FieldForm draft={editor.draft} citations={citations} onChange={editor.change} onOpen={onOpen} />
          )}
          {shown === 'markdown' && <MarkdownForm editor={editor} />}
        </div>
        <IssueSide project={project} issue={issue} editor={editor} readiness={readiness} onReason={goTo} />
      </div>
      <SourceDrawer projectId={project.id} place={source} onPlace={setSource} />
      <UnsavedGuard editor={editor} />
    </>
  );
}

/** Puts the focus on an element once it is drawn. */
function useJump(): (id: string) => void {
  const [target, setTarget] = useState<{ readonly id: string } | null>(null);
  const last = useRef<typeof target>(null);
  useEffect(() => {
    if (target === null || target === last.current) return;
    last.current = target;
    const element = document.getElementById(target.id);
    element?.scrollIntoView({ block: 'center' });
    element?.focus({ preventScroll: true });
  }, [target]);
  return (id) => setTarget({ id });
}

function ModeSwitch(props: { mode: Mode; editor: Editor; isTaken: boolean; onMode: (mode: Mode) => void }): ReactNode {
  const { mode, editor, isTaken, onMode } = props;
  const { kind } = editor;
  return (
    <SegmentedControl
      aria-label="How the issue is shown"
      data={[
        { value: 'read', label: 'Read', disabled: kind !== null },
        { value: 'fields', label: 'Fields', disabled: kind === 'markdown' || (isTaken && kind === null) },
        { value: 'markdown', label: 'Markdown', disabled: kind === 'fields' || (isTaken && kind === null) },
      ]}
      value={mode}
      onChange={(value) => onMode(value === 'fields' || value === 'markdown' ? value : 'read')}
    />
  );
}

/** The document as a whole; reading it back gives the same fields. */
function MarkdownForm({ editor }: { editor: Editor }): ReactNode {
  return (
    <div className="issue-form">
      <Textarea
        label="The issue as Markdown"
        description="The first heading is the title, the others are its fields. Saved, they are read back into them."
        classNames={{ input: 'mono' }}
        autosize
        minRows={20}
        maxLength={100_000}
        value={editor.markdown}
        onChange={(event) => editor.changeMarkdown(event.target.value)}
      />
    </div>
  );
}
