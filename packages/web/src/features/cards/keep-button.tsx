import { ActionIcon } from '@mantine/core';
import { may } from '@yudai/contract';
import type { NewCard } from '@yudai/contract';
import { BookmarkCheck, BookmarkPlus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useKeep } from '#features/cards/use-cards.tsx';
import { useProject } from '#features/codebase/use-project.ts';
import { Tip } from '#ui/tip.tsx';

/** Keeps what it stands beside as a card; nothing for who may not. */
export function KeepButton(props: { projectId: string; from: NewCard; label: string; size?: number }): ReactNode {
  const { projectId, from, label, size = 28 } = props;
  const role = useProject(projectId).data?.role;
  const { keep, isKeeping, isKept } = useKeep(projectId);
  const words = isKept ? 'Kept as a card' : label;
  const Icon = isKept ? BookmarkCheck : BookmarkPlus;
  if (role === undefined || !may(role, 'cards.write')) return null;
  return (
    <Tip label={words}>
      <ActionIcon size={size} aria-label={words} loading={isKeeping} onClick={() => keep(from)}>
        <Icon size={size < 28 ? 12 : 14} />
      </ActionIcon>
    </Tip>
  );
}
