import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { SourceFile } from '@yudai/contract';
import { FileQuestion, FileX, PanelsTopLeft } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { ReactNode } from 'react';
import '#features/codebase/viewer/viewer.css';
import { KeepButton } from '#features/cards/keep-button.tsx';
import { PackButton } from '#features/codebase/pack-button.tsx';
import { skipWords } from '#features/codebase/skip-words.ts';
import { CategoryMenu } from '#features/codebase/viewer/category-menu.tsx';
import { api } from '#lib/client.ts';
import { isNotFound } from '#lib/error-message.ts';
import { formatBytes, formatNoun } from '#lib/format.ts';
import { formatLines } from '#lib/search-params.ts';
import type { LineRange } from '#lib/search-params.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';

const CodePane = lazy(async () => ({ default: (await import('#features/codebase/viewer/code-pane.tsx')).CodePane }));

interface Props {
  projectId: string;
  path: string | undefined;
  lines: LineRange | null;
  onLines: (lines: LineRange | null) => void;
  onWord: (word: string) => void;
}

/** The file in the middle of the workbench, or in words why there is nothing to see. */
export function FileView(props: Props): ReactNode {
  const { projectId, path } = props;
  const file = useQuery(
    api.codebase.file.queryOptions({ input: { projectId, path: path ?? '' }, enabled: path !== undefined }),
  );
  if (path === undefined) {
    return (
      <Empty
        icon={PanelsTopLeft}
        title="Choose a file"
        text="In the tree, or with Ctrl+K by its name or a symbol in it."
      />
    );
  }
  if (file.isError && isNotFound(file.error)) {
    return (
      <Empty
        icon={FileQuestion}
        title="This file is not in the snapshot"
        text={`${path} may exist on another branch.`}
      />
    );
  }
  if (file.isError) return <ErrorPanel error={file.error} onRetry={() => void file.refetch()} />;
  return (
    <div className="file-view">
      <FileBar projectId={projectId} path={path} file={file.data} lines={props.lines} />
      {file.isPending ? <CodeSkeleton /> : <FileBody {...props} file={file.data} />}
    </div>
  );
}

function FileBar(props: {
  projectId: string;
  path: string;
  file: SourceFile | undefined;
  lines: LineRange | null;
}): ReactNode {
  const { projectId, path, file, lines } = props;
  return (
    <div className="file-bar">
      <h2 className="mono truncate-start grow" title={path}>
        <bdi>{path}</bdi>
      </h2>
      {file !== undefined && (
        <>
          <span className="muted file-facts">
            {[file.language, formatNoun(file.lines, 'line'), formatBytes(file.size), formatNoun(file.tokens, 'token')]
              .filter((part) => part !== null)
              .join(' · ')}
          </span>
          <CategoryMenu projectId={projectId} file={file} />
          {file.text !== null && (
            <KeepButton
              projectId={projectId}
              from={{
                source: 'file',
                path,
                ...(lines === null ? {} : { startLine: lines.start, endLine: lines.end }),
              }}
              label={lines === null ? 'Keep the file as a card' : `Keep lines ${formatLines(lines)} as a card`}
            />
          )}
          {file.text !== null && file.skipped === null && <PackButton projectId={projectId} path={path} />}
          <CopyButton
            value={citeOf(file, lines)}
            label={lines === null ? 'Copy a citation of the file' : 'Copy a citation of the lines'}
          />
        </>
      )}
    </div>
  );
}

function FileBody(props: Props & { file: SourceFile }): ReactNode {
  const { file } = props;
  if (file.text === null) return <NoText file={file} />;
  if (file.text === '') return <Empty icon={FileX} title="This file is empty" />;
  return (
    <>
      {file.skipped !== null && <p className="file-notice">Not indexed. {skipWords[file.skipped].why}</p>}
      <Suspense fallback={<CodeSkeleton />}>
        <CodePane
          path={file.path}
          blob={file.blob}
          text={file.text}
          lines={props.lines}
          onLines={props.onLines}
          onWord={props.onWord}
        />
      </Suspense>
    </>
  );
}

function NoText(props: { file: SourceFile }): ReactNode {
  const { file } = props;
  const words = file.skipped === null ? null : skipWords[file.skipped];
  return (
    <Empty icon={FileX} title="The text is not shown" text={file.reason ?? words?.why ?? 'It is not text.'}>
      <p className="mono muted">
        {file.mime} · {formatBytes(file.size)}
      </p>
    </Empty>
  );
}

function CodeSkeleton(): ReactNode {
  const widths = [38, 52, 0, 61, 44, 70, 33, 0, 48, 66, 57, 29, 41];
  return (
    <div className="code-skeleton" role="status" aria-label="Loading the file">
      {widths.map((width, index) => (
        <Skeleton key={index} height={9} width={`${width}%`} radius="xs" />
      ))}
    </div>
  );
}

/** `path:start-end@sha` with the first 12 characters of the blob, as search results cite. */
function citeOf(file: SourceFile, lines: LineRange | null): string {
  const range = lines === null ? '' : `:${formatLines(lines)}`;
  return `${file.path}${range}@${file.blob.slice(0, 12)}`;
}
