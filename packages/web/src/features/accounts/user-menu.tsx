import { Menu, UnstyledButton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { KeyRound, LogOut, MonitorSmartphone, User } from 'lucide-react';
import type { ReactNode } from 'react';
import '#features/accounts/accounts.css';
import { signOut } from '#features/accounts/sign-out.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { links } from '#lib/links.ts';
import { PersonAvatar } from '#ui/person-avatar.tsx';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** Who is signed in, at the end of the rail, with the way out. */
export function UserMenu(): ReactNode {
  const status = useAuthStatus();
  const onError = useFailureToast();
  const leaving = useMutation({ mutationFn: signOut, onError });
  const account = status?.account ?? null;
  if (status?.mode !== 'team' || account === null) return null;
  return (
    <Menu position="right-end">
      <Menu.Target>
        <UnstyledButton className="rail-item">
          <PersonAvatar person={account} />
          <span className="visually-hidden">Signed in as {account.name}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <span className="user-menu-name">{account.name}</span>
          <span>
            {account.username === null ? '' : `${account.username} on `}
            {status.provider} · team
          </span>
        </Menu.Label>
        <Menu.Item leftSection={<User size={13} />} renderRoot={(props) => <Link {...links.account()} {...props} />}>
          Account
        </Menu.Item>
        <Menu.Item
          leftSection={<MonitorSmartphone size={13} />}
          renderRoot={(props) => <Link {...links.sessions()} {...props} />}
        >
          Sessions
        </Menu.Item>
        <Menu.Item leftSection={<KeyRound size={13} />} renderRoot={(props) => <Link {...links.keys()} {...props} />}>
          API keys
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<LogOut size={13} />}
          closeMenuOnClick={false}
          disabled={leaving.isPending}
          onClick={() => leaving.mutate()}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
