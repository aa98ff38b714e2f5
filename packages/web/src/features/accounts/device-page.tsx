import { Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { DeviceRequest } from '@yudai/contract';
import { Check, Terminal, X } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import '#features/accounts/accounts.css';
import { clientWords } from '#features/accounts/words.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { messageOf } from '#lib/error-message.ts';
import { formatTime } from '#lib/format.ts';
import { usePageTitle } from '#lib/use-page-title.ts';
import { BareCard } from '#ui/bare-card.tsx';
import { ErrorLine } from '#ui/error-panel.tsx';

const route = getRouteApi('/device');

/** Where `yudai login` sends the person: the code that the device shows, who asks, yes or no. */
export function DevicePage(): ReactNode {
  const { user_code: code } = route.useSearch();
  const navigate = route.useNavigate();
  usePageTitle('Sign in a device');
  const ask = (typed: string) => void navigate({ search: typed === '' ? {} : { user_code: typed }, replace: true });
  return (
    <BareCard title="Sign in a device">
      {code === undefined ? (
        <CodeForm onCode={ask} error={null} code="" />
      ) : (
        <Request key={code} code={code} onCode={ask} />
      )}
    </BareCard>
  );
}

function CodeForm(props: { code: string; error: string | null; onCode: (code: string) => void }): ReactNode {
  const [text, setText] = useState(props.code);
  const typed = text.trim();
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.length >= 4) props.onCode(typed);
  };
  return (
    <form className="device-form" onSubmit={onSubmit} autoComplete="off">
      <p className="muted">
        <code className="mono">yudai login</code> shows a code of eight characters. Type it here to sign that device in
        as you.
      </p>
      <TextInput
        label="Code"
        // The one thing to do on this page.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        classNames={{ input: 'mono device-input' }}
        value={text}
        maxLength={20}
        autoCapitalize="characters"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        error={props.error ?? undefined}
      />
      <Button type="submit" disabled={typed.length < 4}>
        Continue
      </Button>
    </form>
  );
}

function Request(props: { code: string; onCode: (code: string) => void }): ReactNode {
  const { code, onCode } = props;
  const request = useQuery(api.accounts.device.queryOptions({ input: { userCode: code }, retry: false, gcTime: 0 }));
  if (request.isPending) {
    return (
      <p className="muted" role="status">
        Looking for the device…
      </p>
    );
  }
  if (request.isError) return <CodeForm code={code} error={messageOf(request.error)} onCode={onCode} />;
  if (request.data.status !== 'pending') return <Outcome request={request.data} />;
  return <Decision request={request.data} />;
}

function Decision(props: { request: DeviceRequest }): ReactNode {
  const { request } = props;
  const queries = useQueryClient();
  const account = useAuthStatus()?.account ?? null;
  const answer = useMutation(
    api.accounts.answerDevice.mutationOptions({
      onSuccess: (answered) => {
        queries.setQueriesData({ queryKey: api.accounts.device.key() }, answered);
      },
    }),
  );
  const decide = (approve: boolean) => answer.mutate({ userCode: request.userCode, approve });
  return (
    <div className="device-form">
      <p>
        <span className="bright">{clientWords(request.client)}</span> asks to be signed in as{' '}
        <span className="bright">{account?.username ?? account?.name}</span>. Does the device show this code?
      </p>
      <p className="mono device-code">{withHyphen(request.userCode)}</p>
      <p className="muted">
        If you did not start this yourself, deny it: who has the device could do everything that you can. The code ends
        at {formatTime(request.expiresAt)}.
      </p>
      {answer.isError && <ErrorLine error={answer.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" disabled={answer.isPending} onClick={() => decide(false)}>
          Deny
        </Button>
        <Button loading={answer.isPending} onClick={() => decide(true)}>
          Approve
        </Button>
      </Group>
    </div>
  );
}

function Outcome(props: { request: DeviceRequest }): ReactNode {
  const isApproved = props.request.status === 'approved';
  const Icon = isApproved ? Check : X;
  return (
    <div className="device-form">
      <p className="row" role="status">
        <Icon size={16} aria-hidden="true" />
        {isApproved
          ? `${clientWords(props.request.client)} is signed in. You can close this page.`
          : 'The device was denied. It is told so, and gets nothing.'}
      </p>
      {isApproved && (
        <p className="row muted">
          <Terminal size={14} aria-hidden="true" />
          It shows among your sessions, where you can sign it out.
        </p>
      )}
    </div>
  );
}

/** `ABCDEFGH` → `ABCD-EFGH`, as the device shows it. */
function withHyphen(code: string): string {
  return code.length === 8 ? `${code.slice(0, 4)}-${code.slice(4)}` : code;
}
