import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AuditVerification } from '@yudai/contract';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { problemOf } from '#features/audit/action-words.ts';
import { api } from '#lib/client.ts';
import { formatNoun } from '#lib/format.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';

/** Walks the whole chain and says what came of it; for administrators. */
export function VerifyButton(): ReactNode {
  const queries = useQueryClient();
  const verify = useMutation(
    api.audit.verify.mutationOptions({
      // The walk is itself written down.
      onSuccess: () => queries.invalidateQueries({ queryKey: api.audit.list.key() }),
    }),
  );
  const isDone = verify.isSuccess || verify.isError;
  return (
    <>
      <Button
        variant="default"
        leftSection={<ShieldCheck size={14} />}
        loading={verify.isPending}
        onClick={() => verify.mutate({})}
      >
        Verify
      </Button>
      <Modal
        opened={isDone}
        onClose={() => verify.reset()}
        title="Is the log as it was written?"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {verify.isError && <ErrorPanel error={verify.error} />}
        {verify.isSuccess && <Outcome outcome={verify.data} />}
      </Modal>
    </>
  );
}

function Outcome(props: { outcome: AuditVerification }): ReactNode {
  const { outcome } = props;
  const head = `${outcome.head.seq}:${outcome.head.hash}`;
  const Icon = outcome.valid ? ShieldCheck : ShieldAlert;
  return (
    <div className="audit-outcome">
      <p role="status" className="row" data-tone={outcome.valid ? 'success' : 'danger'}>
        <Icon size={16} aria-hidden="true" />
        {outcome.valid
          ? `Yes: ${formatNoun(outcome.count, 'entry', 'entries')}, every one as it was written.`
          : problemOf(outcome)}
      </p>
      <p className="muted">
        Who owns the database could write the whole log anew. Keep the end of the chain elsewhere, and give it back with{' '}
        <code className="mono">yudai audit verify --anchor</code> later to see that nobody has.
      </p>
      <div className="audit-head">
        <code className="mono grow">{head}</code>
        <CopyButton value={head} label="Copy the end of the chain" />
      </div>
    </div>
  );
}
