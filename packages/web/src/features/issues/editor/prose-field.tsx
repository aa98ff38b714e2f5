import { Button, Textarea } from '@mantine/core';
import type { Citation } from '@yudai/contract';
import { Eye, Pencil } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { OpenSource } from '#features/chat/markdown/citation-chip.tsx';
import { Markdown } from '#features/chat/markdown/markdown.tsx';
import { fieldWords } from '#features/issues/editor/draft.ts';
import { fieldId } from '#features/issues/side/target-of.ts';

interface Props {
  field: 'problem' | 'current' | 'wanted' | 'notes';
  hint: string;
  value: string;
  citations: readonly Citation[];
  onChange: (value: string) => void;
  onOpen: OpenSource;
}

/** A text of several lines as Markdown, to write and to see as it will be read. */
export function ProseField({ field, hint, value, citations, onChange, onOpen }: Props): ReactNode {
  const [isPreview, setPreview] = useState(false);
  const name = fieldWords[field];
  const Icon = isPreview ? Pencil : Eye;
  return (
    <div className="issue-prose">
      <div className="row">
        <label htmlFor={fieldId(field)} className="issue-label grow">
          {name}
        </label>
        {value.trim() !== '' && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            aria-label={isPreview ? `Write: ${name}` : `Preview: ${name}`}
            leftSection={<Icon size={12} aria-hidden="true" />}
            onClick={() => setPreview(!isPreview)}
          >
            {isPreview ? 'Write' : 'Preview'}
          </Button>
        )}
      </div>
      {isPreview && value.trim() !== '' ? (
        <div className="issue-preview" id={fieldId(field)} tabIndex={-1}>
          <Markdown text={value} citations={citations} isStreaming={false} onOpen={onOpen} />
        </div>
      ) : (
        <Textarea
          id={fieldId(field)}
          placeholder={hint}
          autosize
          minRows={3}
          maxRows={24}
          maxLength={20_000}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </div>
  );
}
