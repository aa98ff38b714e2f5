import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type Id, type IssueHead, may, type Project } from '@yudai/contract';
import { CircleCheck, CircleDot, SquarePen, Upload } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Command } from '#features/chat/composer/commands.ts';
import { CloseDialog } from '#features/issues/close-dialog.tsx';
import { PublishDialog } from '#features/issues/publish/publish-dialog.tsx';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** Issues of a conversation that its commands name: the last changed. */
const most = 20;

type Deed = { readonly kind: 'publish' | 'close'; readonly id: Id<'issue'> };

/**
 * The issues that came of a conversation, as commands of its composer: to open, publish, close and reopen them. They do what the page of the
 * issue does, by the same doors and dialogs.
 */
export function useSessionIssues(
  project: Project,
  sessionId: Id<'session'>,
): { commands: Command[]; dialog: ReactNode } {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const onError = useFailureToast();
  const [deed, setDeed] = useState<Deed | null>(null);
  const found = useQuery(api.issues.list.queryOptions({ input: { projectId: project.id, sessionId, limit: most } }));
  const reopen = useMutation(
    api.issues.reopen.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.issues.key() }),
      onError,
    }),
  );
  const commands = (found.data?.items ?? []).flatMap((issue) =>
    commandsFor(issue, may(project.role, 'issues.publish'), {
      open: () => void navigate(links.issue(project.id, issue.id)),
      publish: () => setDeed({ kind: 'publish', id: issue.id }),
      close: () => setDeed({ kind: 'close', id: issue.id }),
      reopen: () => reopen.mutate({ projectId: project.id, id: issue.id }),
    }),
  );
  const dialog = deed !== null && (
    <IssueDialog key={deed.id} project={project} deed={deed} onClose={() => setDeed(null)} />
  );
  return { commands, dialog };
}

interface Deeds {
  readonly open: () => void;
  readonly publish: () => void;
  readonly close: () => void;
  readonly reopen: () => void;
}

/** What can be done with an issue now, as commands that carry its title. */
export function commandsFor(issue: IssueHead, mayPublish: boolean, deeds: Deeds): Command[] {
  const { title, status, github } = issue;
  const number = github === null ? '' : ` #${github.number}`;
  return [
    { name: `open ${title}`, hint: `Show the issue${number}`, icon: SquarePen, run: deeds.open },
    ...(mayPublish && status === 'draft'
      ? [{ name: `publish ${title}`, hint: 'Look at it and publish it on GitHub', icon: Upload, run: deeds.publish }]
      : []),
    ...(mayPublish && status !== 'closed'
      ? [{ name: `close ${title}`, hint: `Close the issue${number}`, icon: CircleCheck, run: deeds.close }]
      : []),
    ...(mayPublish && status === 'closed'
      ? [{ name: `reopen ${title}`, hint: `Open the issue${number} again`, icon: CircleDot, run: deeds.reopen }]
      : []),
  ];
}

function IssueDialog({ project, deed, onClose }: { project: Project; deed: Deed; onClose: () => void }): ReactNode {
  const issue = useQuery(api.issues.get.queryOptions({ input: { projectId: project.id, id: deed.id } }));
  if (issue.data === undefined) return null;
  return deed.kind === 'close' ? (
    <CloseDialog opened issue={issue.data} onClose={onClose} />
  ) : (
    <PublishDialog opened project={project} issue={issue.data} isDirty={false} onClose={onClose} />
  );
}
