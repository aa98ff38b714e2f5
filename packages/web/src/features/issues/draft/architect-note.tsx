import { Bot, KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import '#features/issues/draft/architect-note.css';
import type { Architect } from '#features/issues/draft/use-architect.ts';

interface Props {
  architect: Architect;
  /** What cannot be done without a model. */
  refused: string;
  /** What is possible without one. */
  instead: string;
  /** What the architect does, after its name. */
  children: ReactNode;
}

/** Who does the work and how, or what to set so that somebody can. */
export function ArchitectNote({ architect, refused, instead, children }: Props): ReactNode {
  const { model, missing } = architect;
  if (missing !== null) {
    return (
      <p className="architect-note" data-tone="warning" role="note">
        <KeyRound size={13} aria-hidden="true" />
        <span>
          No model is set up for the role architect, so {refused}. {missing} {instead}
        </span>
      </p>
    );
  }
  return (
    <p className="architect-note muted">
      <Bot size={13} aria-hidden="true" />
      <span>
        {model === null ? 'The architect' : <span className="mono">{model}</span>} {children}
      </span>
    </p>
  );
}
