import { Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FileCategory, SourceFile } from '@yudai/contract';
import { fileCategories } from '@yudai/contract';
import { Check, ChevronDown, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import '#features/codebase/viewer/category-menu.css';
import { api } from '#lib/client.ts';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** What the file is for. Opened, it lets a person say better, or take that back. */
export function CategoryMenu(props: { projectId: string; file: SourceFile }): ReactNode {
  const { projectId, file } = props;
  const { path, category, ownCategory } = file;
  const queries = useQueryClient();
  const onError = useFailureToast();
  const onSuccess = () => queries.invalidateQueries({ queryKey: api.codebase.key() });
  const update = useMutation(api.codebase.updateFile.mutationOptions({ onSuccess, onError }));
  const isCorrected = category !== ownCategory;
  const choose = (chosen: FileCategory | null) => update.mutate({ projectId, path, category: chosen });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button
          type="button"
          className="category-chip"
          data-corrected={isCorrected || undefined}
          aria-label={`Category: ${category}${isCorrected ? ', corrected by you' : ''}. Change`}
        >
          {category}
          {isCorrected && ' (corrected)'}
          <ChevronDown size={11} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {isCorrected && (
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
