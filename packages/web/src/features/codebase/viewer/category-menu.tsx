import { Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { fileCategories, may } from '@yudai/contract';
import type { FileCategory, SourceFile } from '@yudai/contract';
import { Check, ChevronDown, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import '#features/codebase/viewer/category-menu.css';
import { useProject } from '#features/codebase/use-project.ts';
import { api } from '#lib/client.ts';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** What the file is for. Who may correct it opens a menu; everybody else reads it. */
export function CategoryMenu(props: { projectId: string; file: SourceFile }): ReactNode {
  const { projectId, file } = props;
  const role = useProject(projectId).data?.role;
  if (role !== undefined && may(role, 'codebase.correct')) return <Corrector projectId={projectId} file={file} />;
  return (
    <span className="category-chip" data-corrected={isCorrected(file) || undefined}>
      <span className="visually-hidden">Category: </span>
      {wordsOf(file)}
    </span>
  );
}

/** Lets a person say better what a file is for, or take that back. */
function Corrector(props: { projectId: string; file: SourceFile }): ReactNode {
  const { projectId, file } = props;
  const { path, category, ownCategory } = file;
  const queries = useQueryClient();
  const onError = useFailureToast();
  const onSuccess = () => queries.invalidateQueries({ queryKey: api.codebase.key() });
  const update = useMutation(api.codebase.updateFile.mutationOptions({ onSuccess, onError }));
  const choose = (chosen: FileCategory | null) => update.mutate({ projectId, path, category: chosen });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button
          type="button"
          className="category-chip"
          data-corrected={isCorrected(file) || undefined}
          aria-label={`Category: ${category}${isCorrected(file) ? ', corrected by hand' : ''}. Change`}
        >
          {wordsOf(file)}
          <ChevronDown size={11} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {isCorrected(file) && (
          <>
            <Menu.Item leftSection={<Undo2 size={13} />} onClick={() => choose(null)}>
              Back to {ownCategory}
            </Menu.Item>
            <Menu.Divider />
          </>
        )}
        {fileCategories.map((known) => (
          <Menu.RadioItem
            key={known}
            value={known}
            checked={known === category}
            closeMenuOnClick
            checkIcon={<Check size={13} />}
            onChange={() => choose(known)}
          >
            {known}
          </Menu.RadioItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function isCorrected({ category, ownCategory }: SourceFile): boolean {
  return category !== ownCategory;
}

function wordsOf(file: SourceFile): string {
  return isCorrected(file) ? `${file.category} (corrected)` : file.category;
}
