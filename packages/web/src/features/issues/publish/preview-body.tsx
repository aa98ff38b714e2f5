import { SegmentedControl } from '@mantine/core';
import type { IssuePreview } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Markdown } from '#features/chat/markdown/markdown.tsx';

/** Title, text, labels and assignees as they go to GitHub: drawn, or letter by letter. */
export function PreviewBody({ preview }: { preview: IssuePreview }): ReactNode {
  const [view, setView] = useState('rendered');
  const { title, body, labels, assignees, repository } = preview;
  return (
    <div className="issue-to-publish">
      <div className="row">
        <h3 className="grow">{title}</h3>
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
        <pre className="issue-sent" tabIndex={0} aria-label="Text as it is sent">
          {body}
        </pre>
      ) : (
        <div className="issue-rendered" tabIndex={0} role="group" aria-label="Text as it is read">
          <Markdown text={withoutMarks(body)} citations={[]} isStreaming={false} onOpen={stay} />
        </div>
      )}
      <dl className="facts">
        <Fact name="Repository" value={repository ?? 'none'} />
        <Fact name="Labels" value={labels.length === 0 ? 'none' : labels.join(', ')} />
        <Fact name="Assignees" value={assignees.length === 0 ? 'nobody' : assignees.join(', ')} />
      </dl>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** GitHub does not draw comments either; they are seen as sent. */
function withoutMarks(body: string): string {
  return body.replaceAll(/<!--[\s\S]*?-->/g, '');
}

function stay(): void {
  // A source cannot be opened beside a dialog; it can in the issue.
}
