import { Avatar } from '@mantine/core';
import type { ReactNode } from 'react';
import { initialsOf } from '#lib/initials.ts';

/** A person's picture, or their initials while there is none; the name stands beside it, so it says nothing itself. */
export function PersonAvatar(props: { person: { name: string; avatarUrl: string | null }; size?: number }): ReactNode {
  const { name, avatarUrl } = props.person;
  return (
    <Avatar src={avatarUrl} alt="" size={props.size ?? 22} radius={999} className="person-avatar" aria-hidden="true">
      {initialsOf(name)}
    </Avatar>
  );
}
