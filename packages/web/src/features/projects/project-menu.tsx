import { ActionIcon, Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { may } from '@yudai/contract';
import type { Project } from '@yudai/contract';
import { Archive, ArchiveRestore, Ellipsis, Pencil, RotateCw, Trash2, Users } from 'lucide-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { DeleteDialog } from '#features/projects/delete-dialog.tsx';
import { RenameDialog } from '#features/projects/rename-dialog.tsx';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { useFailureToast } from '#ui/use-failure-toast.ts';

export function ProjectMenu(props: { project: Project }): ReactNode {
  const { project } = props;
  const queries = useQueryClient();
  const onError = useFailureToast();
  const navigate = useNavigate();
  const isTeam = useAuthStatus()?.mode === 'team';
  const mayUpdate = may(project.role, 'project.update');
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: api.projects.key() });
  const update = useMutation(api.projects.update.mutationOptions({ onSuccess: refresh, onError }));
  const index = useMutation(api.codebase.index.mutationOptions({ onSuccess: refresh, onError }));
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={`Actions for ${project.name}`}>
            <Ellipsis size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayUpdate && (
            <Menu.Item leftSection={<Pencil size={13} />} onClick={() => setDialog('rename')}>
              Rename
            </Menu.Item>
          )}
          {may(project.role, 'codebase.index') && (
            <Menu.Item leftSection={<RotateCw size={13} />} onClick={() => index.mutate({ projectId: project.id })}>
              Index again
            </Menu.Item>
          )}
          {mayUpdate && (
            <Menu.Item
              leftSection={project.archived ? <ArchiveRestore size={13} /> : <Archive size={13} />}
              onClick={() => update.mutate({ id: project.id, archived: !project.archived })}
            >
              {project.archived ? 'Bring back from the archive' : 'Archive'}
            </Menu.Item>
          )}
          {isTeam && (
            <Menu.Item leftSection={<Users size={13} />} onClick={() => void navigate(links.members(project.id))}>
              Members
            </Menu.Item>
          )}
          {may(project.role, 'project.delete') && (
            <>
              <Menu.Divider />
              <Menu.Item c="var(--danger)" leftSection={<Trash2 size={13} />} onClick={() => setDialog('delete')}>
                Delete…
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <RenameDialog project={project} opened={dialog === 'rename'} onClose={() => setDialog(null)} />
      <DeleteDialog project={project} opened={dialog === 'delete'} onClose={() => setDialog(null)} />
    </>
  );
}
