import type { Citation, IssueDocument } from '@yudai/contract';
import type { ReactNode } from 'react';
import type { OpenSource } from '#features/chat/markdown/citation-chip.tsx';
import { Markdown } from '#features/chat/markdown/markdown.tsx';
import { Cite, Confidence } from '#features/issues/editor/code-fields.tsx';
import { fieldWords } from '#features/issues/editor/draft.ts';
import type { Field } from '#features/issues/editor/draft.ts';
import { checkWords } from '#features/issues/issue-words.ts';
import { fieldId, itemId } from '#features/issues/side/target-of.ts';

interface Props {
  document: IssueDocument;
  citations: readonly Citation[];
  onOpen: OpenSource;
}

/** What an issue says, to read. A field that says nothing says so where a reason may lead to it. */
export function DocumentView({ document, citations, onOpen }: Props): ReactNode {
  const { evidence, criteria, files, outOfScope, risks } = document;
  const prose = (field: 'problem' | 'current' | 'wanted' | 'notes') => (
    <Section field={field} isEmpty={document[field] === ''}>
      <Markdown text={document[field]} citations={citations} isStreaming={false} onOpen={onOpen} />
    </Section>
  );
  return (
    <article className="issue-read">
      <h2 id={fieldId('title')} tabIndex={-1}>
        {document.title}
      </h2>
      {prose('problem')}
      <Section field="evidence" isEmpty={evidence.length === 0}>
        <ul>
          {evidence.map(({ cite, note }, index) => (
            <li key={index} id={itemId('evidence', index)} tabIndex={-1}>
              {cite !== null && <Cite cite={cite} citations={citations} onOpen={onOpen} />} {note}
            </li>
          ))}
        </ul>
      </Section>
      {prose('current')}
      {prose('wanted')}
      <Section field="criteria" isEmpty={criteria.length === 0}>
        <ul>
          {criteria.map(({ id, text, check }, index) => (
            <li key={id} id={itemId('criteria', index)} tabIndex={-1}>
              <span className="mono muted">{id}</span> {text}
              <p className="muted">
                {check === null ? 'No check yet' : `${checkWords[check.kind].word}: `}
                {check !== null && <span className={check.kind === 'observation' ? '' : 'mono'}>{check.how}</span>}
              </p>
            </li>
          ))}
        </ul>
      </Section>
      <Section field="files" isEmpty={files.length === 0}>
        <ul>
          {files.map(({ path, symbol, confidence, why }, index) => (
            <li key={index} id={itemId('files', index)} tabIndex={-1}>
              <span className="mono">{symbol === null ? path : `${path} · ${symbol}`}</span>{' '}
              <Confidence value={confidence} />
              {why !== '' && <p className="muted">{why}</p>}
            </li>
          ))}
        </ul>
      </Section>
      <Lines field="outOfScope" lines={outOfScope} />
      <Lines field="risks" lines={risks} />
      {prose('notes')}
    </article>
  );
}

function Section(props: { field: Field; isEmpty: boolean; children: ReactNode }): ReactNode {
  const { field, isEmpty } = props;
  return (
    <section id={fieldId(field)} tabIndex={-1} data-empty={isEmpty || undefined}>
      <h3>{fieldWords[field]}</h3>
      {isEmpty ? <p className="muted">Nothing yet</p> : props.children}
    </section>
  );
}

function Lines(props: { field: 'outOfScope' | 'risks'; lines: readonly string[] }): ReactNode {
  return (
    <Section field={props.field} isEmpty={props.lines.length === 0}>
      <ul>
        {props.lines.map((line, index) => (
          <li key={index}>{line}</li>
        ))}
      </ul>
    </Section>
  );
}
