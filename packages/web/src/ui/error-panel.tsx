import { Button } from '@mantine/core';
import { RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { messageOf, requestIdOf } from '#lib/error-message.ts';

/** Says what went wrong where the answer would have stood, with a way to try again. */
export function ErrorPanel(props: { error: unknown; onRetry?: () => void; children?: ReactNode }): ReactNode {
  const requestId = requestIdOf(props.error);
  return (
    <div className="error-panel" role="alert">
      <p>{messageOf(props.error)}</p>
      {requestId !== null && <p className="muted mono">Request {requestId}</p>}
      <div className="row">
        {props.onRetry !== undefined && (
          <Button variant="default" leftSection={<RotateCw size={13} />} onClick={props.onRetry}>
            Try again
          </Button>
        )}
        {props.children}
      </div>
    </div>
  );
}

/** One line of it, for forms and narrow panes. */
export function ErrorLine(props: { error: unknown }): ReactNode {
  return (
    <p className="error-line" role="alert">
      {messageOf(props.error)}
    </p>
  );
}
