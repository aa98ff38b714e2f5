import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Issue, IssuePreview, Project } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { PreviewBody } from '#features/issues/publish/preview-body.tsx';
import { PublishingLine } from '#features/jobs/publishing-line.tsx';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { ErrorLine, ErrorPanel } from '#ui/error-panel.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { Published } from '#ui/published.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props {
  project: Project;
  issue: Issue;
  isDirty: boolean;
  opened: boolean;
  onClose: () => void;
}

/** Shows exactly what goes to GitHub, and sends that version and no other. */
export function PublishDialog(props: Props): ReactNode {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      // What is in it moves when it is sent: the second click of a double one would close it.
      closeOnClickOutside={false}
      title="Publish on GitHub"
      size="xl"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {props.opened && <Content {...props} />}
    </Modal>
  );
}

function Content(props: Props): ReactNode {
  const { projectId, id } = props.issue;
  const preview = useQuery(api.issues.preview.queryOptions({ input: { projectId, id }, staleTime: 0 }));
  if (props.issue.github !== null) return <Published github={props.issue.github} onClose={props.onClose} />;
  if (preview.isPending) return <SkeletonRows label="Loading the preview" />;
  if (preview.isError) return <ErrorPanel error={preview.error} onRetry={() => void preview.refetch()} />;
  return <Ready {...props} preview={preview.data} />;
}

function Ready(props: Props & { preview: IssuePreview }): ReactNode {
  const { issue, preview, isDirty, onClose } = props;
  const queries = useQueryClient();
  const [firstVersion] = useState(preview.version);
  const publish = useMutation(
    api.issues.publish.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: api.issues.key() }),
    }),
  );
  const isAtWork = publish.isPending || issue.publishingJobId !== null;
  const { projectId, id } = issue;
  return (
    <>
      {preview.version !== firstVersion && (
        <p className="notice" role="alert">
          It was changed while you looked at it: this is version {preview.version} now.
        </p>
      )}
      {isDirty && (
        <p className="notice">
          What you have not saved is not part of this. Save it first, then what is seen here is what goes out.
        </p>
      )}
      {issue.status === 'closed' && <p className="notice">This issue is closed. Open it again first.</p>}
      <PreviewBody preview={preview} />
      {issue.failure !== null && !isAtWork && (
        <p className="notice" data-tone="danger" role="alert">
          <strong>The last try failed</strong> {issue.failure.message}
        </p>
      )}
      {publish.isError && <ErrorLine error={publish.error} />}
      {issue.publishingJobId !== null && <PublishingLine jobId={issue.publishingJobId} />}
      {preview.repository === null ? (
        <NoRepository project={props.project} markdown={`# ${preview.title}\n\n${preview.body}`} />
      ) : (
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            {isAtWork ? 'Go on in the background' : 'Not yet'}
          </Button>
          <Button
            disabled={isDirty || issue.status === 'closed' || issue.writingJobId !== null}
            loading={isAtWork}
            onClick={() => {
              if (!isAtWork) publish.mutate({ projectId, id, version: preview.version });
            }}
          >
            Publish version {preview.version} in {preview.repository}
          </Button>
        </Group>
      )}
    </>
  );
}

/** Nothing is wrong with the issue: there is nowhere to send it. */
function NoRepository(props: { project: Project; markdown: string }): ReactNode {
  return (
    <div className="notice">
      <strong>This project is not on GitHub, so the issue cannot be published</strong>
      <p>
        {props.project.name} was connected from{' '}
        {props.project.source.kind === 'folder' ? 'a folder' : 'an address of git'}. Connect its repository through
        GitHub as a project and write the issue there, or copy the text to where you keep issues.
      </p>
      <div className="row">
        <LinkButton variant="default" size="compact-sm" {...links.projects({ connect: true })}>
          Connect a repository
        </LinkButton>
        <CopyButton value={props.markdown} label="Copy the title and the text" />
      </div>
    </div>
  );
}
