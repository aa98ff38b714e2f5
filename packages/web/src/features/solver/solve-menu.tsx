import { ActionIcon, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { may } from '@yudai/contract';
import type { Project, Solve } from '@yudai/contract';
import { CornerDownRight, Download, Ellipsis, FileJson, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { ContinueDialog } from '#features/solver/dialogs/continue-dialog.tsx';
import { RemoveDialog } from '#features/solver/dialogs/remove-dialog.tsx';
import { isEnded } from '#features/solver/solve-words.ts';
import { client } from '#lib/client.ts';
import { saveAsFile } from '#lib/save-as-file.ts';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** What else can be done with a solve, by who may. */
export function SolveMenu({ project, solve }: { project: Project; solve: Solve }): ReactNode {
  const [open, setOpen] = useState<'continue' | 'remove' | null>(null);
  const onError = useFailureToast();
  const { projectId, id } = solve;
  const save = useMutation({
    mutationFn: (what: 'patch' | 'json' | 'traj') =>
      what === 'patch' ? client.solver.patch({ projectId, id }) : client.solver.export({ projectId, id, format: what }),
    onSuccess: ({ name, text }) => saveAsFile(name, text),
    onError,
  });
  const mayRun = may(project.role, 'solver.run');
  const hasEnded = isEnded(solve);
  const close = () => setOpen(null);
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label="More actions" loading={save.isPending}>
            <Ellipsis size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayRun && hasEnded && (
            <Menu.Item leftSection={<CornerDownRight size={13} />} onClick={() => setOpen('continue')}>
              Go on, or again from a stage…
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<Download size={13} />}
            disabled={solve.files === 0}
            onClick={() => save.mutate('patch')}
          >
            Download the patch
          </Menu.Item>
          <Menu.Item leftSection={<FileJson size={13} />} onClick={() => save.mutate('json')}>
            Export everything as JSON
          </Menu.Item>
          <Menu.Item leftSection={<FileJson size={13} />} onClick={() => save.mutate('traj')}>
            Export for trajectory viewers
          </Menu.Item>
          {mayRun && hasEnded && (
            <Menu.Item color="red" leftSection={<Trash2 size={13} />} onClick={() => setOpen('remove')}>
              Delete the solve…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <ContinueDialog solve={solve} opened={open === 'continue'} onClose={close} />
      <RemoveDialog solve={solve} opened={open === 'remove'} onClose={close} />
    </>
  );
}
