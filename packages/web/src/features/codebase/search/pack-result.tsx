import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ContextPack } from '@yudai/contract';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { packFormatWords } from '#features/codebase/search/pack-format.ts';
import type { PackFormat } from '#features/codebase/search/pack-format.ts';
import { formatCount } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { ProgressLine } from '#ui/progress-line.tsx';

interface Props {
  pack: ContextPack;
  projectId: string;
  format: PackFormat;
  /** The files that were asked for by name. */
  asked: readonly string[];
}

/** The finished pack: to copy or to save, with what is in it and what did not fit. */
export function PackResult(props: Props): ReactNode {
  const { pack, projectId, format, asked } = props;
  const { extension, mime } = packFormatWords[format];
  const known = new Set([...pack.items, ...pack.leftOut].map(({ path }) => path));
  const unknown = asked.filter((path) => !known.has(path));
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
      {unknown.length > 0 && <p className="error-line">No indexed file of this snapshot: {unknown.join(', ')}</p>}
      <h3>In the pack ({pack.items.length})</h3>
      <ul className="pack-items" aria-label="In the pack">
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
