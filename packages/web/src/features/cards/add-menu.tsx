import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { cardContentLimit } from '@yudai/contract';
import type { Project } from '@yudai/contract';
import { Download, FileInput, FileUp, Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { CardForm } from '#features/cards/card-form.tsx';
import type { FormSource } from '#features/cards/card-form.tsx';
import { sourceWords } from '#features/cards/card-words.ts';
import { exportCards, importCards } from '#features/cards/transfer.ts';
import { useKeep } from '#features/cards/use-cards.tsx';
import { api } from '#lib/client.ts';
import { formatNoun } from '#lib/format.ts';
import { saveAsFile } from '#lib/save-as-file.ts';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** Where new cards come from besides the code that is open; and all of them as a file. */
export function AddMenu(props: { project: Project; mayWrite: boolean }): ReactNode {
  const { project, mayWrite } = props;
  const [source, setSource] = useState<FormSource | null>(null);
  const upload = useRef<HTMLInputElement>(null);
  const load = useRef<HTMLInputElement>(null);
  const { upload: keepFile, load: loadFile, save } = useFiles(project);
  const sources: FormSource[] =
    project.source.kind === 'github' ? ['note', 'url', 'issue', 'pull_request', 'commit'] : ['note', 'url', 'commit'];
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={mayWrite ? 'Add a card' : 'Save the cards'}>
            {mayWrite ? <Plus size={14} /> : <Download size={14} />}
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayWrite && (
            <>
              {sources.map((name) => {
                const { icon: Icon, name: word } = sourceWords[name];
                return (
                  <Menu.Item key={name} leftSection={<Icon size={13} />} onClick={() => setSource(name)}>
                    {word}…
                  </Menu.Item>
                );
              })}
              <Menu.Item leftSection={<FileUp size={13} />} onClick={() => upload.current?.click()}>
                Text file…
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item leftSection={<FileInput size={13} />} onClick={() => load.current?.click()}>
                Import cards…
              </Menu.Item>
            </>
          )}
          <Menu.Item leftSection={<Download size={13} />} onClick={() => save()}>
            Export cards
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <FileInputOf input={upload} label="Text file to keep" onFile={keepFile} />
      <FileInputOf input={load} label="File of cards" accept="application/json,.json" onFile={loadFile} />
      <CardForm projectId={project.id} source={source} onClose={() => setSource(null)} />
    </>
  );
}

interface FileInputProps {
  input: RefObject<HTMLInputElement | null>;
  label: string;
  accept?: string;
  onFile: (file: File) => void;
}

function FileInputOf({ input, label, accept, onFile }: FileInputProps): ReactNode {
  return (
    <input
      ref={input}
      type="file"
      hidden
      aria-label={label}
      accept={accept}
      onChange={(event) => {
        const [file] = event.target.files ?? [];
        // The same file can be chosen again.
        event.target.value = '';
        if (file !== undefined) onFile(file);
      }}
    />
  );
}

/** Files of this machine into cards, and cards into a file. */
function useFiles(project: Project) {
  const queries = useQueryClient();
  const onError = useFailureToast();
  const { keep } = useKeep(project.id);
  const load = useMutation({
    mutationFn: async (file: File) => importCards(project.id, await file.text()),
    onSuccess: ({ added, unpinned }) => {
      const lost = unpinned === 0 ? '' : ` ${formatNoun(unpinned, 'card')} could not be found in this project’s code.`;
      notifications.show({ title: 'Imported', message: `${formatNoun(added, 'card')} added.${lost}` });
    },
    onError,
    onSettled: () => queries.invalidateQueries({ queryKey: api.cards.key() }),
  });
  const save = useMutation({
    mutationFn: () => exportCards(project.id),
    onSuccess: (file) => saveAsFile(`${project.name}-cards.json`, JSON.stringify(file, null, 2)),
    onError,
  });
  const upload = useMutation({
    mutationFn: async (file: File) => {
      if (file.size > cardContentLimit * 4) throw new Error('This file is too large for a card.');
      const content = await file.text();
      if (content.includes('\0') || content === '') throw new Error('There is no text in this file.');
      if (content.length > cardContentLimit) throw new Error('This file is too large for a card.');
      keep({ source: 'upload', name: file.name.slice(0, 200), content });
    },
    onError,
  });
  return { load: load.mutate, save: save.mutate, upload: upload.mutate };
}
