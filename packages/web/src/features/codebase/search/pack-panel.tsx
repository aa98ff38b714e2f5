import { ActionIcon, Button, NumberInput, SegmentedControl, Slider } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { packFormats } from '@yudai/contract';
import { Package, X } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { usePackPaths } from '#features/codebase/pack-paths.ts';
import { budgetOf, sliderOf } from '#features/codebase/search/budget-scale.ts';
import { packFormatWords } from '#features/codebase/search/pack-format.ts';
import type { PackFormat } from '#features/codebase/search/pack-format.ts';
import { PackResult } from '#features/codebase/search/pack-result.tsx';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';

/** The best context for the query under a token budget, ready to paste; without a query, a digest of the repository. */
export function PackPanel(props: { projectId: string; query: string }): ReactNode {
  const { projectId, query } = props;
  const [budget, setBudget] = useState(16_000);
  const [format, setFormat] = useState<PackFormat>('markdown');
  const { paths } = usePackPaths(projectId);
  const pack = useMutation(api.codebase.pack.mutationOptions());
  return (
    <div className="pack">
      <h2>Pack for a model</h2>
      <p className="muted">{whatIsPacked(paths.length, query)} Under a budget of tokens.</p>
      {paths.length > 0 && <ChosenFiles projectId={projectId} />}
      <div className="pack-budget">
        <Slider
          thumbLabel="Token budget"
          size="xs"
          label={null}
          min={0}
          max={100}
          value={sliderOf(budget)}
          onChange={(value) => setBudget(budgetOf(value))}
        />
        <NumberInput
          aria-label="Token budget"
          value={budget}
          min={200}
          max={1_000_000}
          step={1000}
          hideControls
          thousandSeparator=","
          onChange={(value) => {
            if (typeof value === 'number' && value >= 200) setBudget(Math.min(1_000_000, value));
          }}
        />
      </div>
      <SegmentedControl
        fullWidth
        aria-label="Format"
        data={packFormats.map((value) => ({ value, label: packFormatWords[value].label }))}
        value={format}
        onChange={setFormat}
      />
      <Button
        leftSection={<Package size={14} />}
        loading={pack.isPending}
        onClick={() => pack.mutate({ projectId, query, budget, format, paths: [...paths] })}
      >
        Build the pack
      </Button>
      {pack.isError && <ErrorPanel error={pack.error} />}
      {pack.data !== undefined && (
        <PackResult
          pack={pack.data}
          projectId={projectId}
          format={pack.variables.format ?? 'markdown'}
          asked={pack.variables.paths ?? []}
        />
      )}
    </div>
  );
}

function whatIsPacked(files: number, query: string): string {
  if (files === 0) return query === '' ? 'A digest of the whole repository.' : 'The best context for this search.';
  return query === '' ? 'The files you chose.' : 'The files you chose, then the best context for this search.';
}

/** What was put aside in the tree, the code or the results; each can be taken out again. */
function ChosenFiles(props: { projectId: string }): ReactNode {
  const { paths, toggle, clear } = usePackPaths(props.projectId);
  return (
    <section aria-label={`Chosen files (${paths.length})`}>
      <div className="row">
        <h3 className="grow">Chosen files ({paths.length})</h3>
        <Button variant="subtle" color="gray" size="compact-xs" onClick={clear}>
          Clear
        </Button>
      </div>
      <ul className="pack-items">
        {paths.map((path) => (
          <li key={path}>
            <Link {...links.workbench(props.projectId, { path })} className="mono truncate-start grow" title={path}>
              <bdi>{path}</bdi>
            </Link>
            <ActionIcon size={24} aria-label={`Take ${path} out of the pack`} onClick={() => toggle(path)}>
              <X size={12} />
            </ActionIcon>
          </li>
        ))}
      </ul>
    </section>
  );
}
