import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Issue, IssueVersionDetail } from '@yudai/contract';
import type { ReactNode } from 'react';
import { DraftDifferences } from '#features/issues/editor/draft-differences.tsx';
import { draftOf, fieldWords } from '#features/issues/editor/draft.ts';
import type { Field } from '#features/issues/editor/draft.ts';
import { textOfField } from '#features/issues/editor/text-of-field.ts';
import { api } from '#lib/client.ts';
import { formatTime } from '#lib/format.ts';
import { ErrorLine, ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props {
  issue: Issue;
  version: number | null;
  isDirty: boolean;
  mayWrite: boolean;
  onClose: () => void;
}

/** One version: what it says otherwise than the issue does now, all of it, and a way to bring it back. */
export function VersionDialog(props: Props): ReactNode {
  const { version, onClose } = props;
  return (
    <Modal
      opened={version !== null}
      onClose={onClose}
      title={version === null ? '' : `Version ${version}`}
      size="xl"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {version !== null && <Loaded {...props} version={version} />}
    </Modal>
  );
}

function Loaded(props: Props & { version: number }): ReactNode {
  const { projectId, id } = props.issue;
  const detail = useQuery(api.issues.version.queryOptions({ input: { projectId, id, version: props.version } }));
  if (detail.isPending) return <SkeletonRows label="Loading the version" />;
  if (detail.isError) return <ErrorPanel error={detail.error} onRetry={() => void detail.refetch()} />;
  return <Version {...props} detail={detail.data} />;
}

function Version({ issue, detail, isDirty, mayWrite, onClose }: Props & { detail: IssueVersionDetail }): ReactNode {
  const queries = useQueryClient();
  const restore = useMutation(
    api.issues.restoreVersion.mutationOptions({
      onSuccess: () => {
        onClose();
        return queries.invalidateQueries({ queryKey: api.issues.key() });
      },
    }),
  );
  const isCurrent = detail.version === issue.version;
  const isTaken = issue.writingJobId !== null || issue.publishingJobId !== null;
  const { projectId, id, version } = issue;
  return (
    <>
      <p className="dialog-text muted">
        {formatTime(detail.createdAt)}
        {detail.model !== null && `, written by ${detail.model}`}
      </p>
      {isCurrent ? (
        <p className="dialog-text">This is what the issue says now.</p>
      ) : (
        <DraftDifferences
          before={draftOf(detail)}
          after={draftOf(issue)}
          names={[`Version ${detail.version}`, 'Now']}
        />
      )}
      <details>
        <summary>All of this version</summary>
        <Whole detail={detail} />
      </details>
      {detail.context !== null && <Given context={detail.context} />}
      {restore.isError && <ErrorLine error={restore.error} />}
      {isDirty && mayWrite && !isCurrent && (
        <p className="muted">Save or discard what you typed before another version is brought back.</p>
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Back
        </Button>
        {mayWrite && !isCurrent && (
          <Button
            disabled={isDirty || isTaken}
            loading={restore.isPending}
            onClick={() => restore.mutate({ projectId, id, restore: detail.version, version })}
          >
            Bring version {detail.version} back
          </Button>
        )}
      </Group>
    </>
  );
}

const all = Object.keys(fieldWords) as readonly Field[];

function Whole({ detail }: { detail: IssueVersionDetail }): ReactNode {
  const draft = draftOf(detail);
  return (
    <dl className="issue-differences">
      {all
        .filter((field) => textOfField(field, draft) !== '')
        .map((field) => (
          <div key={field}>
            <dt>{fieldWords[field]}</dt>
            <dd>
              <pre tabIndex={0} aria-label={fieldWords[field]}>
                {textOfField(field, draft)}
              </pre>
            </dd>
          </div>
        ))}
    </dl>
  );
}

/** Only who asked for the version is told what its writer was given. */
function Given({ context }: { context: NonNullable<IssueVersionDetail['context']> }): ReactNode {
  return (
    <details>
      <summary>What the architect was given</summary>
      <dl className="issue-differences">
        {context.blocks.map(({ title, text }, index) => (
          <div key={index}>
            <dt>{title}</dt>
            <dd>
              <pre tabIndex={0} aria-label={title}>
                {text}
              </pre>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
