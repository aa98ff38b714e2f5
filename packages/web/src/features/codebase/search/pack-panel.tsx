import { Button, NumberInput, SegmentedControl, Slider } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { packFormats } from '@yudai/contract';
import type { ContextPack } from '@yudai/contract';
import { Download, Package } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { budgetOf, sliderOf } from '#features/codebase/search/budget-scale.ts';
import { api } from '#lib/client.ts';
import { formatCount } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { ProgressLine } from '#ui/progress-line.tsx';

type Format = (typeof packFormats)[number];
const formatWords: Record<Format, { label: string; extension: string; mime: string }> = {
  markdown: { label: 'Markdown', extension: 'md', mime: 'text/markdown' },
  xml: { label: 'XML', extension: 'xml', mime: 'application/xml' },
  json: { label: 'JSON', extension: 'json', mime: 'application/json' },
};

/** The best context for the query under a token budget, ready to paste; without a query, a digest of the repository. */
export function PackPanel(props: { projectId: string; query: string }): ReactNode {
  const { projectId, query } = props;
  const [budget, setBudget] = useState(16_000);
  const [format, setFormat] = useState<Format>('markdown');
  const pack = useMutation(api.codebase.pack.mutationOptions());
  return (
    <div className="pack">
      <h2>Pack for a model</h2>
      <p className="muted">
        {query === '' ? 'A digest of the whole repository.' : 'The best context for this search.'} Under a budget of
        tokens.
      </p>
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
        data={packFormats.map((value) => ({ value, label: formatWords[value].label }))}
        value={format}
        onChange={setFormat}
      />
      <Button
        leftSection={<Package size={14} />}
        loading={pack.isPending}
        onClick={() => pack.mutate({ projectId, query, budget, format })}
      >
        Build the pack
      </Button>
      {pack.isError && <ErrorPanel error={pack.error} />}
      {pack.data !== undefined && (
        <PackResult pack={pack.data} projectId={projectId} format={pack.variables.format ?? 'markdown'} />
      )}
    </div>
  );
}

function PackResult(props: { pack: ContextPack; projectId: string; format: Format }): ReactNode {
  const { pack, projectId, format } = props;
  const { extension, mime } = formatWords[format];
  const download = () => {
    const url = URL.createObjectURL(new Blob([pack.text], { type: mime }));
    const anchor = document.createElement('a');
    anchor.href = url;
    anchor.download = `context.${extension}`;
    anchor.click();
    URL.revokeObjectURL(url);
  };
  return (
    <>
      <div className="row">
        <span className="mono grow">
          {formatCount(pack.tokens)} <span className="muted">of {formatCount(pack.budget)} tokens</span>
        </span>
        <CopyButton value={pack.text} label="Copy the pack" />
        <Button variant="default" leftSection={<Download size={13} />} onClick={download}>
          Download
        </Button>
      </div>
      <ProgressLine value={Math.round((pack.tokens / pack.budget) * 100)} label="Budget used" width={160} />
      <h3>In the pack ({pack.items.length})</h3>
      <ul className="pack-items">
        {pack.items.map((item) => (
          <li key={item.cite}>
            <Link
              {...links.workbench(projectId, { path: item.path, line: `${item.startLine}-${item.endLine}` })}
              className="mono truncate-start grow"
            >
              <bdi>{item.path}</bdi>
            </Link>
            <span className="muted">{item.form === 'range' ? `${item.startLine}–${item.endLine}` : item.form}</span>
            <span className="mono muted pack-tokens">{formatCount(item.tokens)}</span>
          </li>
        ))}
      </ul>
      {pack.leftOut.length > 0 && (
        <>
          <h3>Left out ({pack.leftOut.length})</h3>
          <ul className="pack-items">
            {pack.leftOut.map((item) => (
              <li key={item.path}>
                <span className="mono muted truncate-start grow">
                  <bdi>{item.path}</bdi>
                </span>
                <span className="mono muted pack-tokens">{formatCount(item.tokens)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
