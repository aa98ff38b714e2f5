import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { CommandPalette } from '#app/command-palette.tsx';
import { ShortcutHelp } from '#app/shortcut-help.tsx';
import { DraftIssueDialog } from '#features/issues/draft/draft-issue-dialog.tsx';
import type { DraftSource } from '#features/issues/draft/draft-source.ts';
import { api } from '#lib/client.ts';

export type DialogName = 'palette' | 'help' | 'draft';

interface Props {
  opened: DialogName | null;
  onOpen: (dialog: DialogName) => void;
  onClose: () => void;
  projectId: string | null;
}

const wishAlone: readonly DraftSource[] = [];

/** What can be opened over every screen. No screen needs it at first, so it comes in a chunk of its own. */
export function Dialogs({ opened, onOpen, onClose, projectId }: Props): ReactNode {
  return (
    <>
      <CommandPalette
        opened={opened === 'palette'}
        onClose={onClose}
        onDraft={() => onOpen('draft')}
        projectId={projectId}
        isReplaced={opened === 'draft'}
      />
      <ShortcutHelp opened={opened === 'help'} onClose={onClose} />
      {projectId !== null && <DraftDialog opened={opened === 'draft'} onClose={onClose} projectId={projectId} />}
    </>
  );
}

function DraftDialog({ opened, onClose, projectId }: Pick<Props, 'onClose'> & { opened: boolean; projectId: string }) {
  const project = useQuery(api.projects.get.queryOptions({ input: { id: projectId }, enabled: opened })).data;
  if (project === undefined) return null;
  return <DraftIssueDialog project={project} from={opened ? wishAlone : null} onClose={onClose} />;
}
