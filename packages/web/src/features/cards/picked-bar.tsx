import { ActionIcon, Button } from '@mantine/core';
import type { CardHead, Project } from '@yudai/contract';
import { FilePen, X } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { DraftIssueDialog } from '#features/issues/draft/draft-issue-dialog.tsx';
import { cardSource } from '#features/issues/draft/draft-source.ts';
import { formatCount, formatNoun } from '#lib/format.ts';
import { Tip } from '#ui/tip.tsx';

interface Props {
  project: Project;
  picked: readonly CardHead[];
  onClear: () => void;
}

/** What can be done with the cards that are picked, in place of the bar of all cards. */
export function PickedBar({ project, picked, onClear }: Props): ReactNode {
  const [isDrafting, setDrafting] = useState(false);
  const tokens = picked.reduce((sum, card) => sum + card.tokens, 0);
  return (
    <div className="cards-bar">
      <p className="muted grow truncate" role="status">
        {formatCount(picked.length)} picked · {formatNoun(tokens, 'token')}
      </p>
      <Button size="compact-sm" leftSection={<FilePen size={13} />} onClick={() => setDrafting(true)}>
        Draft an issue
      </Button>
      <Tip label="Pick none">
        <ActionIcon aria-label="Pick none" onClick={onClear}>
          <X size={14} />
        </ActionIcon>
      </Tip>
      <DraftIssueDialog
        project={project}
        from={isDrafting ? picked.map(cardSource) : null}
        onClose={() => setDrafting(false)}
      />
    </div>
  );
}
