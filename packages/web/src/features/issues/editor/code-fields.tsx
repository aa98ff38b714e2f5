import { TextInput } from '@mantine/core';
import type { Citation, IssueDocument } from '@yudai/contract';
import type { ReactNode } from 'react';
import { placeOfCite } from '#lib/place-of-cite.ts';
import { CitationChip } from '#features/chat/markdown/citation-chip.tsx';
import type { OpenSource } from '#features/chat/markdown/citation-chip.tsx';
import { ItemList } from '#features/issues/editor/item-list.tsx';

type Evidence = IssueDocument['evidence'][number];
type File = IssueDocument['files'][number];

interface EvidenceProps {
  evidence: readonly Evidence[];
  citations: readonly Citation[];
  onChange: (evidence: Evidence[]) => void;
  onOpen: OpenSource;
}

/** What the problem rests on: places in the code, each with what is to be seen there, and other signs. */
export function EvidenceField({ evidence, citations, onChange, onOpen }: EvidenceProps): ReactNode {
  return (
    <ItemList
      field="evidence"
      hint="Places in the code as path:lines@blob, such as the viewer copies them; or a log, a measurement, a report."
      items={evidence}
      nameOf={(_, index) => `evidence ${index + 1}`}
      blank={() => ({ cite: null, note: '' })}
      addLabel="Add evidence"
      onChange={onChange}
    >
      {({ cite, note }, change, id, index) => (
        <>
          <div className="row">
            <TextInput
              className="grow"
              id={id}
              aria-label={`Place of evidence ${index + 1}`}
              placeholder="src/file.ts:10-20@blob"
              classNames={{ input: 'mono' }}
              maxLength={2000}
              value={cite ?? ''}
              onChange={({ target }) => change({ cite: target.value === '' ? null : target.value, note })}
            />
            {cite !== null && <Cite cite={cite} citations={citations} onOpen={onOpen} />}
          </div>
          <TextInput
            aria-label={`What evidence ${index + 1} shows`}
            placeholder="What is to be seen there"
            maxLength={2000}
            value={note}
            onChange={({ target }) => change({ cite, note: target.value })}
          />
        </>
      )}
    </ItemList>
  );
}

/** A citation to open, with what is known of it; as text when it names no place. */
export function Cite(props: { cite: string; citations: readonly Citation[]; onOpen: OpenSource }): ReactNode {
  const { cite, citations, onOpen } = props;
  const known = citations.find(({ text }) => text === cite);
  const place = placeOfCite(cite);
  if (known !== undefined) return <CitationChip mark={known} onOpen={onOpen} />;
  if (place === null) return null;
  return <CitationChip mark={{ text: cite, ...place, state: null }} onOpen={onOpen} />;
}

/** What will probably change, and how sure that is. */
export function FilesField(props: { files: readonly File[]; onChange: (files: File[]) => void }): ReactNode {
  return (
    <ItemList
      field="files"
      hint="Files that will probably change. One that is to be made says that it is new."
      items={props.files}
      nameOf={({ path }, index) => (path === '' ? `file ${index + 1}` : path)}
      blank={() => ({ path: '', symbol: null, confidence: 1, why: '' })}
      addLabel="Add a file"
      onChange={props.onChange}
    >
      {(file, change, id, index) => (
        <>
          <div className="row issue-file">
            <TextInput
              className="grow"
              id={id}
              aria-label={`Path of file ${index + 1}`}
              placeholder="src/file.ts"
              classNames={{ input: 'mono' }}
              maxLength={2000}
              value={file.path}
              // Whoever names a file is sure of it.
              onChange={({ target }) => change({ ...file, path: target.value, confidence: 1 })}
            />
            <TextInput
              aria-label={`Definition in file ${index + 1}`}
              placeholder="Definition"
              classNames={{ input: 'mono' }}
              maxLength={2000}
              value={file.symbol ?? ''}
              onChange={({ target }) => change({ ...file, symbol: target.value === '' ? null : target.value })}
            />
            <Confidence value={file.confidence} />
          </div>
          <TextInput
            aria-label={`Why file ${index + 1}`}
            placeholder="Why it changes"
            maxLength={2000}
            value={file.why}
            onChange={({ target }) => change({ ...file, why: target.value })}
          />
        </>
      )}
    </ItemList>
  );
}

export function Confidence(props: { value: number }): ReactNode {
  return (
    <span className="mono muted issue-confidence" title="How sure the search is; 100% when a person named it">
      {Math.round(props.value * 100)}%<span className="visually-hidden"> sure</span>
    </span>
  );
}
