import { Button, Group, Textarea } from '@mantine/core';
import type { Project } from '@yudai/contract';
import { PenLine } from 'lucide-react';
import { useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import '#features/issues/draft/draft.css';
import { ArchitectNote } from '#features/issues/draft/architect-note.tsx';
import { nothingChosen } from '#features/issues/draft/chosen-facts.ts';
import type { DraftSource } from '#features/issues/draft/draft-source.ts';
import { FactFields } from '#features/issues/draft/fact-fields.tsx';
import { SourceList } from '#features/issues/draft/source-list.tsx';
import { useArchitect } from '#features/issues/draft/use-architect.ts';
import { useDraftIssue } from '#features/issues/draft/use-draft-issue.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

interface Props {
  project: Project;
  from: readonly DraftSource[];
  onClose: () => void;
}

const mostCharacters = 20_000;

/** What an issue is to be about, what the architect is given for it, and what is decided already. */
export function DraftForm({ project, from, onClose }: Props): ReactNode {
  const [text, setText] = useState('');
  const [sources, setSources] = useState(from);
  const [facts, setFacts] = useState(nothingChosen);
  const architect = useArchitect();
  const isTeam = useAuthStatus()?.mode === 'team';
  const { write, byHand } = useDraftIssue(project.id, onClose);
  const isEmpty = text.trim() === '' && sources.length === 0;
  const isBusy = write.isPending || byHand.isPending;
  const draft = { text, sources, facts };
  const submit = () => {
    if (isEmpty || isBusy) return;
    if (architect.missing === null) write.mutate(draft);
    else byHand.mutate(draft);
  };
  const submitByKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    submit();
  };
  const error = write.error ?? byHand.error;
  return (
    <form
      className="draft-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Textarea
        label={sources.length === 0 ? 'What should be done?' : 'What should be done about it?'}
        description={
          sources.length === 0
            ? 'In your own words: what is wrong or missing, and what you want instead.'
            : 'In your own words. May stay empty when what is below says it.'
        }
        data-autofocus
        // The form may come after the dialog has looked for where to put the focus.
        autoFocus
        autosize
        minRows={4}
        maxRows={14}
        maxLength={mostCharacters}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={submitByKey}
      />
      <SourceList project={project} sources={sources} hasWords={text.trim() !== ''} onChange={setSources} />
      <FactFields project={project} facts={facts} onChange={setFacts} />
      <ArchitectNote architect={architect} refused="nothing can be written for you" instead="By hand it works now.">
        asks first when this can be read in two ways.
        {isTeam && ' Everybody in the project sees the draft; what the architect was given, only you can read there.'}
      </ArchitectNote>
      {error !== null && <ErrorLine error={error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        {architect.missing === null && (
          <Button
            variant="default"
            leftSection={<PenLine size={13} />}
            disabled={isEmpty || isBusy}
            loading={byHand.isPending}
            onClick={() => byHand.mutate(draft)}
          >
            Write by hand
          </Button>
        )}
        <Button type="submit" disabled={isEmpty || isBusy} loading={isBusy && !byHand.isPending}>
          {architect.missing === null ? 'Draft the issue' : 'Write by hand'}
        </Button>
      </Group>
    </form>
  );
}
