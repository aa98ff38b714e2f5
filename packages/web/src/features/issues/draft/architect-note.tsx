import type { Project } from '@yudai/contract';
import { Bot, KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Architect } from '#features/issues/draft/use-architect.ts';
import { useAuthStatus } from '#lib/auth-status.ts';

/** Who writes the issue and who will see it, or what to set so that somebody can. */
export function ArchitectNote(props: { project: Project; architect: Architect }): ReactNode {
  const { model, missing } = props.architect;
  const isTeam = useAuthStatus()?.mode === 'team';
  if (missing !== null) {
    return (
      <p className="draft-note" data-tone="warning" role="note">
        <KeyRound size={13} aria-hidden="true" />
        <span>
          No model is set up for the role architect, so nothing can be written for you: {missing} By hand it works now.
        </span>
      </p>
    );
  }
  return (
    <p className="draft-note muted">
      <Bot size={13} aria-hidden="true" />
      <span>
        {model === null ? 'The architect' : <span className="mono">{model}</span>} asks first when this can be read in
        two ways.{' '}
        {isTeam && 'Everybody in the project sees the draft; what the architect was given, only you can read there.'}
      </span>
    </p>
  );
}
