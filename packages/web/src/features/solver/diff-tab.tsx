import { Button, SegmentedControl, Select } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { agentStage } from '@yudai/contract';
import type { AgentStage, Solve, SolveDiff } from '@yudai/contract';
import { FilePen, FileX, Hourglass } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { Lines } from '#features/solver/facts-panel.tsx';
import { isEnded } from '#features/solver/solve-words.ts';
import { TakeOverDialog } from '#features/solver/dialogs/take-over-dialog.tsx';
import { api } from '#lib/client.ts';
import { formatNoun } from '#lib/format.ts';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

const DiffPane = lazy(async () => ({ default: (await import('#features/solver/diff-pane.tsx')).DiffPane }));

interface Props {
  solve: Solve;
  mayRun: boolean;
  onSolve: (solve: Solve) => void;
}

type Attempt = '1' | '2' | '3';
const attempts = ['1', '2', '3'] as const;

/** The change as it is now: all of it or of one stage, of the chosen attempt or of another. */
export function DiffTab({ solve, mayRun, onSolve }: Props): ReactNode {
  const isWide = useMediaQuery('(min-width: 1400px)', false, { getInitialValueInEffect: false });
  const [style, setStyle] = useState<'unified' | 'split'>('unified');
  const [attempt, setAttempt] = useState<Attempt | null>(null);
  const [stage, setStage] = useState<AgentStage | null>(null);
  const [target, setTarget] = useState<string | null>(null);
  const [taken, setTaken] = useState<string | null>(null);
  const { projectId, id } = solve;
  const diff = useQuery(
    api.solver.diff.queryOptions({
      input: { projectId, id, ...(attempt === null ? {} : { attempt }), ...(stage === null ? {} : { stage }) },
      placeholderData: (previous) => previous,
    }),
  );
  const mayTake = mayRun && !isEnded(solve);
  return (
    <div className="solve-diff">
      <div className="solve-tool-bar">
        <span className="muted">
          {formatNoun(diff.data?.files.length ?? solve.changed.length, 'file')} <Lines solve={sumOf(diff.data)} />
        </span>
        {solve.attempts.length > 1 && (
          <Select
            aria-label="Attempt"
            className="solve-pick"
            data={solve.attempts.map((one) => ({
              value: String(one.attempt),
              label: `Attempt ${one.attempt}${one.chosen ? ' (chosen)' : ''}`,
            }))}
            value={attempt ?? String(solve.attempts.find(({ chosen }) => chosen)?.attempt ?? 1)}
            onChange={(value) => setAttempt(attempts.find((known) => known === value) ?? null)}
            allowDeselect={false}
          />
        )}
        <SegmentedControl
          aria-label="Whose changes"
          data={[
            { value: 'all', label: 'All' },
            { value: 'tester', label: 'Tests' },
            { value: 'coder', label: 'Code' },
          ]}
          value={stage ?? 'all'}
          onChange={(value) => setStage(agentStage.safeParse(value).data ?? null)}
        />
        <span className="grow" />
        {(diff.data?.files.length ?? 0) > 1 && (
          <Select
            aria-label="Go to a file"
            placeholder="Go to a file"
            className="solve-pick mid-only"
            searchable
            data={(diff.data?.files ?? []).map(({ path }) => path)}
            value={null}
            onChange={setTarget}
          />
        )}
        {isWide && (
          <SegmentedControl
            aria-label="How the diff is drawn"
            data={[
              { value: 'unified', label: 'One column' },
              { value: 'split', label: 'Two' },
            ]}
            value={style}
            onChange={(value) => setStyle(value === 'split' ? 'split' : 'unified')}
          />
        )}
        {mayTake && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<FilePen size={13} aria-hidden="true" />}
            onClick={() => setTaken('')}
          >
            Take over a file…
          </Button>
        )}
      </div>
      {diff.isPending ? (
        <SkeletonRows label="Loading the change" />
      ) : diff.isError ? (
        <ErrorPanel error={diff.error} onRetry={() => void diff.refetch()} />
      ) : diff.data.files.length === 0 ? (
        <NothingYet solve={solve} />
      ) : (
        <Change
          diff={diff.data}
          style={isWide ? style : 'unified'}
          target={target}
          onTake={mayTake ? (path) => setTaken(path) : null}
        />
      )}
      <TakeOverDialog
        solve={solve}
        path={taken}
        paths={diff.data?.files.map(({ path }) => path) ?? []}
        onClose={() => setTaken(null)}
        onSolve={onSolve}
      />
    </div>
  );
}

function Change(props: {
  diff: SolveDiff;
  style: 'unified' | 'split';
  target: string | null;
  onTake: ((path: string) => void) | null;
}): ReactNode {
  const { diff } = props;
  const binary = diff.files.filter((file) => file.binary);
  return (
    <>
      {diff.truncated && (
        <p className="file-notice">Only the first megabyte is shown. The patch that can be downloaded has all of it.</p>
      )}
      {binary.length > 0 && (
        <p className="file-notice">Not shown, because they are no text: {binary.map(({ path }) => path).join(', ')}</p>
      )}
      <Suspense fallback={<SkeletonRows label="Loading the change" />}>
        <DiffPane patch={diff.patch} style={props.style} target={props.target} onTake={props.onTake} />
      </Suspense>
    </>
  );
}

function NothingYet({ solve }: { solve: Solve }): ReactNode {
  return isEnded(solve) ? (
    <Empty icon={FileX} title="Nothing was changed" />
  ) : (
    <Empty icon={Hourglass} title="Nothing is changed yet" text="Each edit appears here as it is made." />
  );
}

function sumOf(diff: SolveDiff | undefined): { additions: number; deletions: number } {
  const files = diff?.files ?? [];
  return {
    additions: files.reduce((sum, { additions }) => sum + additions, 0),
    deletions: files.reduce((sum, { deletions }) => sum + deletions, 0),
  };
}
