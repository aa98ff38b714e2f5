import { Autocomplete, Button, Group, Modal, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Solve } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { ErrorLine, ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props {
  solve: Solve;
  /** The file; empty to ask which, null while the dialog is closed. */
  path: string | null;
  /** Files that are changed, to choose from. */
  paths: readonly string[];
  onClose: () => void;
  onSolve: (solve: Solve) => void;
}

/** Writes a file by hand while agents work: they leave it alone from then on. */
export function TakeOverDialog(props: Props): ReactNode {
  const { path, onClose } = props;
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = path === '' ? chosen : path;
  const close = () => {
    setChosen(null);
    onClose();
  };
  return (
    <Modal
      opened={path !== null}
      onClose={close}
      title="Take over a file"
      size="xl"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {path !== null && shown === null && <Choose paths={props.paths} onChoose={setChosen} />}
      {path !== null && shown !== null && <Loaded {...props} path={shown} onClose={close} />}
    </Modal>
  );
}

function Choose({ paths, onChoose }: { paths: readonly string[]; onChoose: (path: string) => void }): ReactNode {
  const [typed, setTyped] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() !== '') onChoose(typed.trim());
      }}
    >
      <Autocomplete
        label="Path of the file"
        description="From the root of the repository; one that is not there yet is made"
        data-autofocus
        size="xs"
        classNames={{ input: 'mono' }}
        data={[...paths]}
        maxLength={1000}
        value={typed}
        onChange={setTyped}
      />
      <Group justify="flex-end" mt="md">
        <Button type="submit" disabled={typed.trim() === ''}>
          Open it
        </Button>
      </Group>
    </form>
  );
}

function Loaded(props: Props & { path: string }): ReactNode {
  const { projectId, id } = props.solve;
  const file = useQuery(
    api.solver.file.queryOptions({ input: { projectId, id, path: props.path }, staleTime: 0, gcTime: 0 }),
  );
  if (file.isPending) return <SkeletonRows label="Loading the file" />;
  // Once there is something to fill in, a later answer that fails takes nothing typed away.
  if (file.isLoadingError) return <ErrorPanel error={file.error} onRetry={() => void file.refetch()} />;
  return <Editor {...props} text={file.data.text} />;
}

function Editor({ solve, path, text, onClose, onSolve }: Props & { path: string; text: string | null }): ReactNode {
  const queries = useQueryClient();
  const [typed, setTyped] = useState(text ?? '');
  // A browser gives back all that is typed with line ends of Unix.
  const isOfWindows = text !== null && /\r\n/.test(text) && !/(?<!\r)\n/.test(text);
  const whole = isOfWindows ? typed.replaceAll(/\r?\n/g, '\r\n') : typed;
  const { projectId, id } = solve;
  const take = useMutation(
    api.solver.takeOver.mutationOptions({
      onSuccess: async (after) => {
        onClose();
        onSolve(after);
        await queries.invalidateQueries({ queryKey: api.solver.diff.key({ input: { id } }) });
      },
    }),
  );
  return (
    <>
      <p className="dialog-text">
        <span className="mono">{path}</span> is yours once it is saved: agents work with it as it is, and do not change
        it any more.
        {text === null && ' It is not there yet, or it is no text.'}
      </p>
      <Textarea
        aria-label={`Text of ${path}`}
        classNames={{ input: 'mono solve-editor' }}
        data-autofocus
        autosize
        minRows={12}
        maxRows={28}
        maxLength={1_000_000}
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {take.isError && <ErrorLine error={take.error} />}
      <Group justify="flex-end" mt="md">
        {text !== null && (
          <Button
            variant="default"
            mr="auto"
            disabled={take.isPending}
            loading={take.isPending && take.variables.text === null}
            onClick={() => take.mutate({ projectId, id, path, text: null })}
          >
            Remove the file
          </Button>
        )}
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={take.isPending}
          loading={take.isPending && take.variables.text !== null}
          onClick={() => take.mutate({ projectId, id, path, text: whole })}
        >
          Save and take over
        </Button>
      </Group>
    </>
  );
}
