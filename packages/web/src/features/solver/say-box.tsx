import { Button, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Solve } from '@yudai/contract';
import { Send, Zap } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';
import { Tip } from '#ui/tip.tsx';

type Mode = 'steer' | 'interrupt';

/** Tells the agents something while they work: at their next step, or at once. */
export function SayBox({ solve, onSolve }: { solve: Solve; onSolve: (solve: Solve) => void }): ReactNode {
  const [text, setText] = useState('');
  const [told, setTold] = useState('');
  const say = useMutation(
    api.solver.say.mutationOptions({
      onSuccess: (after, { mode, text: sent }) => {
        // What was typed since is not sent yet.
        setText((now) => (now.trim() === sent ? '' : now));
        setTold(mode === 'interrupt' ? 'What ran was ended; they read it now.' : 'They read it at their next step.');
        onSolve(after);
      },
    }),
  );
  if (solve.status !== 'running') return null;
  const typed = text.trim();
  const send = (mode: Mode) => {
    if (typed !== '' && !say.isPending) say.mutate({ projectId: solve.projectId, id: solve.id, text: typed, mode });
  };
  return (
    <form
      className="solve-say"
      aria-label="Tell the agents something"
      onSubmit={(event) => {
        event.preventDefault();
        send('steer');
      }}
    >
      <div className="row">
        <Textarea
          className="grow"
          aria-label="Word to the agents"
          placeholder="Tell them something: what to look at, what to leave alone"
          autosize
          minRows={1}
          maxRows={6}
          maxLength={10_000}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setTold('');
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send('steer');
          }}
        />
        <Tip label="They read it before their next step" keys="Enter">
          <Button
            type="submit"
            variant="default"
            disabled={typed === ''}
            loading={say.isPending && say.variables.mode === 'steer'}
            leftSection={<Send size={13} aria-hidden="true" />}
          >
            Steer
          </Button>
        </Tip>
        <Tip label="Ends what runs now, so that they read it at once">
          <Button
            variant="default"
            disabled={typed === ''}
            loading={say.isPending && say.variables.mode === 'interrupt'}
            leftSection={<Zap size={13} aria-hidden="true" />}
            onClick={() => send('interrupt')}
          >
            Interrupt
          </Button>
        </Tip>
      </div>
      {say.isError && <ErrorLine error={say.error} />}
      <p className="muted solve-told" role="status">
        {told}
      </p>
    </form>
  );
}
