import { Button, Loader } from '@mantine/core';
import { Check, Pause, Play, SquareTerminal, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { commandsOf } from '#features/solver/commands.ts';
import type { Shown } from '#features/solver/commands.ts';
import type { Room } from '#features/solver/room.ts';
import { isEnded } from '#features/solver/solve-words.ts';
import { formatDuration, formatNoun } from '#lib/format.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { Empty } from '#ui/empty.tsx';

/** What commands print, as they print it. It follows the end until somebody scrolls up or pauses. */
export function TerminalTab({ room }: { room: Room }): ReactNode {
  const commands = useMemo(() => commandsOf(room), [room]);
  const box = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const isLive = !isEnded(room.solve);
  useEffect(() => {
    if (isFollowing) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [commands, isFollowing]);
  if (commands.length === 0) {
    return (
      <Empty
        icon={SquareTerminal}
        title={isLive ? 'No command has run yet' : 'No command was run'}
        text={isLive ? 'What commands print appears here while they run.' : undefined}
      />
    );
  }
  return (
    <div className="solve-terminal">
      <div className="solve-tool-bar">
        <span className="muted grow">{formatNoun(commands.length, 'command')}</span>
        <Button
          variant="subtle"
          color="gray"
          aria-pressed={isFollowing}
          leftSection={isFollowing ? <Pause size={13} aria-hidden="true" /> : <Play size={13} aria-hidden="true" />}
          onClick={() => setFollowing(!isFollowing)}
        >
          {isFollowing ? 'Pause' : 'Follow'}
        </Button>
        <CopyButton value={commands.map(textOf).join('\n')} label="Copy all of it" />
      </div>
      <div
        ref={box}
        className="solve-screen"
        role="log"
        aria-label="Output of commands"
        aria-live="off"
        tabIndex={0}
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          const isAtEnd = scrollHeight - scrollTop - clientHeight < 40;
          if (isFollowing !== isAtEnd) setFollowing(isAtEnd);
        }}
      >
        {commands.map((shown) => (
          <Command key={shown.id} shown={shown} />
        ))}
      </div>
    </div>
  );
}

function Command({ shown }: { shown: Shown }): ReactNode {
  const { command, output, isCut, state, ending, ms } = shown;
  return (
    <section className="solve-command" data-state={state}>
      <p className="row">
        {state === 'running' && <Loader size={11} role="img" aria-label="running" />}
        {state === 'done' && <Check size={12} className="tool-done" aria-label="done" />}
        {state === 'failed' && <X size={12} className="tool-failed" aria-label="failed" />}
        <code className="grow">$ {command}</code>
        <span className="mono muted">
          {ending}
          {ms === null ? '' : ` · ${formatDuration(ms)}`}
        </span>
      </p>
      {isCut && <p className="muted">What was printed before is not here any more.</p>}
      {output !== '' && <pre>{output}</pre>}
    </section>
  );
}

function textOf({ command, output }: Shown): string {
  return `$ ${command}\n${output}`;
}
