import { Button, Group, Modal, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Project, Solve, SolvePreview } from '@yudai/contract';
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Markdown } from '#features/chat/markdown/markdown.tsx';
import { PublishingLine } from '#features/jobs/publishing-line.tsx';
import { api, client } from '#lib/client.ts';
import { formatNoun } from '#lib/format.ts';
import { saveAsFile } from '#lib/save-as-file.ts';
import { ErrorLine, ErrorPanel } from '#ui/error-panel.tsx';
import { Published } from '#ui/published.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props {
  project: Project;
  solve: Solve;
  opened: boolean;
  onClose: () => void;
  onSolve: (solve: Solve) => void;
}

/** Shows exactly what goes to GitHub, sends it, and ends with the pull request. */
export function PublishDialog(props: Props): ReactNode {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      // What is in it moves when it is sent: the second click of a double one would close it.
      closeOnClickOutside={false}
      title="Open a pull request"
      size="xl"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {props.opened && <Content {...props} />}
    </Modal>
  );
}

function Content(props: Props): ReactNode {
  const { projectId, id, pullRequest } = props.solve;
  const [isSent, setSent] = useState(false);
  // One of before is not begun with: another attempt may count by now.
  const preview = useQuery(api.solver.preview.queryOptions({ input: { projectId, id }, staleTime: 0, gcTime: 0 }));
  if (isSent && pullRequest !== null && props.solve.publishingJobId === null) {
    return (
      <Published
        what={`${pullRequest.draft ? 'draft ' : ''}pull request`}
        github={pullRequest}
        onClose={props.onClose}
      />
    );
  }
  if (preview.isPending) return <SkeletonRows label="Loading the preview" />;
  // Once there is something to fill in, a later answer that fails takes nothing typed away.
  if (preview.isLoadingError) return <ErrorPanel error={preview.error} onRetry={() => void preview.refetch()} />;
  if (preview.data.refusal !== null) return <Refused solve={props.solve} preview={preview.data} />;
  return <Ready {...props} preview={preview.data} onSent={() => setSent(true)} />;
}

/** The change is not lost when it cannot be sent. */
function Refused({ solve, preview }: { solve: Solve; preview: SolvePreview }): ReactNode {
  const { projectId, id } = solve;
  const save = useMutation({
    mutationFn: () => client.solver.patch({ projectId, id }),
    onSuccess: ({ name, text }) => saveAsFile(name, text),
  });
  return (
    <div className="notice">
      <strong>It cannot be published</strong>
      <p>{preview.refusal}</p>
      {save.isError && <ErrorLine error={save.error} />}
      <Button
        variant="default"
        leftSection={<Download size={13} aria-hidden="true" />}
        loading={save.isPending}
        onClick={() => save.mutate()}
      >
        Download the patch
      </Button>
    </div>
  );
}

function Ready(props: Props & { preview: SolvePreview; onSent: () => void }): ReactNode {
  const { solve, preview, onClose, onSolve, onSent } = props;
  const queries = useQueryClient();
  const [title, setTitle] = useState(preview.title);
  const [body, setBody] = useState(preview.body);
  const [view, setView] = useState('rendered');
  const publish = useMutation(
    api.solver.publish.mutationOptions({
      onSuccess: (published) => {
        onSent();
        onSolve(published.solve);
      },
      onSettled: () => queries.invalidateQueries({ queryKey: api.solver.list.key() }),
    }),
  );
  const isAtWork = publish.isPending || solve.publishingJobId !== null;
  const { projectId, id, failure } = solve;
  return (
    <>
      {solve.outcome !== 'solved' && (
        <p className="notice">
          <strong>Not everything was shown</strong> The pull request says so: every line of its table comes from what
          ran.
        </p>
      )}
      <TextInput label="Title" maxLength={256} value={title} onChange={(event) => setTitle(event.target.value)} />
      <div className="row solve-publish-bar">
        <span className="grow muted">
          <span className="mono">{preview.branch}</span> → {preview.repository}
          {preview.base === null ? '' : `:${preview.base}`} · {formatNoun(preview.commits.length, 'commit')}
        </span>
        <SegmentedControl
          aria-label="How the text is shown"
          data={[
            { value: 'rendered', label: 'As read' },
            { value: 'text', label: 'As sent' },
          ]}
          value={view}
          onChange={setView}
        />
      </div>
      {view === 'text' ? (
        <Textarea
          aria-label="Text of the pull request"
          classNames={{ input: 'mono' }}
          autosize
          minRows={8}
          maxRows={20}
          maxLength={60_000}
          value={body}
          onChange={(event) => setBody(event.target.value)}
        />
      ) : (
        <div className="solve-rendered" tabIndex={0} role="group" aria-label="Text as it is read">
          <Markdown text={withoutMarks(body)} citations={[]} isStreaming={false} onOpen={stay} />
        </div>
      )}
      <ul className="solve-commits" aria-label="Commits">
        {preview.commits.map(({ message, files }) => (
          <li key={message} className="mono muted truncate" title={message}>
            {message.split('\n', 1)[0]} · {formatNoun(files, 'file')}
          </li>
        ))}
      </ul>
      {failure !== null && !isAtWork && (
        <p className="notice" data-tone="danger" role="alert">
          <strong>The last try failed</strong> {failure.message}
        </p>
      )}
      {publish.isError && <ErrorLine error={publish.error} />}
      {solve.publishingJobId !== null && <PublishingLine jobId={solve.publishingJobId} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          {isAtWork ? 'Go on in the background' : 'Not yet'}
        </Button>
        <Button
          disabled={title.trim() === ''}
          loading={isAtWork}
          onClick={() => {
            if (!isAtWork) publish.mutate({ projectId, id, title: title.trim(), body });
          }}
        >
          {solve.pullRequest === null ? 'Open as a draft' : `Update #${solve.pullRequest.number}`}
        </Button>
      </Group>
    </>
  );
}

/** GitHub does not draw comments either; they are seen as sent. */
function withoutMarks(body: string): string {
  return body.replaceAll(/<!--[\s\S]*?-->/g, '');
}

function stay(): void {
  // A source cannot be opened beside a dialog.
}
