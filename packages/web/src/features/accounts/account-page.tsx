import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Account } from '@yudai/contract';
import { Download, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import '#features/accounts/accounts.css';
import { DeleteAccountDialog } from '#features/accounts/delete-account-dialog.tsx';
import { ProfileForm } from '#features/accounts/profile-form.tsx';
import { useAuthStatus } from '#lib/auth-status.ts';
import { client } from '#lib/client.ts';
import { formatTime } from '#lib/format.ts';
import { saveAsFile } from '#lib/save-as-file.ts';
import { ErrorLine } from '#ui/error-panel.tsx';
import { PersonAvatar } from '#ui/person-avatar.tsx';
import { SettingsScreen } from '#ui/settings-screen.tsx';

/** What Yudai knows of the person, theirs to change, take away and delete. */
export function AccountPage(): ReactNode {
  const status = useAuthStatus();
  const account = status?.account ?? null;
  return (
    <SettingsScreen title="Account">
      {account !== null && (
        <div className="page-scroll">
          <div className="account">
            <section className="card" aria-labelledby="profile">
              <h2 id="profile">Profile</h2>
              <Identity account={account} provider={status?.provider ?? null} />
              <ProfileForm key={account.id} account={account} />
            </section>
            <div className="account-column">
              <ExportCard account={account} />
              <DeleteCard />
            </div>
          </div>
        </div>
      )}
    </SettingsScreen>
  );
}

function Identity(props: { account: Account; provider: string | null }): ReactNode {
  const { account } = props;
  return (
    <div className="account-identity">
      <PersonAvatar person={account} size={40} />
      <div className="grow">
        <div className="truncate">
          <span className="bright">{account.username ?? account.name}</span>
          {props.provider !== null && <span className="muted"> on {props.provider}</span>}
          {account.administrator && <span className="chip account-chip">Administrator</span>}
        </div>
        <div className="muted truncate">
          {account.email !== null && `${account.email} · `}since {formatTime(account.createdAt)}
        </div>
      </div>
    </div>
  );
}

function ExportCard(props: { account: Account }): ReactNode {
  const take = useMutation({
    mutationFn: () => client.accounts.export({}),
    onSuccess: (exported) => {
      const day = exported.exportedAt.slice(0, 10);
      saveAsFile(`yudai-${props.account.username ?? 'account'}-${day}.json`, JSON.stringify(exported, null, 2));
    },
  });
  return (
    <section className="card" aria-labelledby="export">
      <h2 id="export">Your data</h2>
      <p className="muted">
        Everything that Yudai stores about you, as one JSON file: profile, sessions, projects, jobs. Tokens and other
        secrets are left out.
      </p>
      {take.isError && <ErrorLine error={take.error} />}
      <Button
        variant="default"
        leftSection={<Download size={13} />}
        loading={take.isPending}
        onClick={() => take.mutate()}
      >
        Download
      </Button>
      <span className="visually-hidden" role="status">
        {take.isSuccess ? 'Downloaded.' : ''}
      </span>
    </section>
  );
}

function DeleteCard(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="card" aria-labelledby="delete">
      <h2 id="delete">Delete account</h2>
      <p className="muted">Shows first what would go and what would stay. It cannot be undone.</p>
      <Button variant="default" c="var(--danger)" leftSection={<Trash2 size={13} />} onClick={() => setOpen(true)}>
        Delete account…
      </Button>
      <DeleteAccountDialog opened={isOpen} onClose={() => setOpen(false)} />
    </section>
  );
}
