import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { chatExport, chatImportLimit } from '@yudai/contract';
import type { ChatSession, Id, Project } from '@yudai/contract';
import { api, client } from '#lib/client.ts';
import { saveAsFile } from '#lib/save-as-file.ts';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** What a person does with conversations as a whole. What fails is said in a toast. */
export function useSessionActions(projectId: Project['id'], onChat: (chat: string) => void) {
  const queries = useQueryClient();
  const onError = useFailureToast();
  const refresh = () => queries.invalidateQueries({ queryKey: api.chat.list.key() });
  const show = (session: ChatSession) => {
    onChat(session.id);
    return refresh();
  };
  const create = useMutation(api.chat.create.mutationOptions({ onSuccess: show, onError }));
  const update = useMutation(api.chat.update.mutationOptions({ onSuccess: refresh, onError }));
  const remove = useMutation(
    api.chat.remove.mutationOptions({
      onSuccess: () => {
        onChat('list');
        return refresh();
      },
      onError,
    }),
  );
  const fork = useMutation(api.chat.fork.mutationOptions({ onSuccess: show, onError }));
  const load = useMutation({
    mutationFn: async (file: File) => client.chat.import({ projectId, conversation: await readExport(file) }),
    onSuccess: show,
    onError,
  });
  const save = useMutation({
    mutationFn: (input: { id: Id<'session'>; format: 'markdown' | 'json' }) => client.chat.export(input),
    onSuccess: ({ name, text }) => saveAsFile(name, text),
    onError,
  });
  return {
    create: () => create.mutate({ projectId }),
    isCreating: create.isPending,
    rename: (id: Id<'session'>, title: string) => update.mutate({ id, title }),
    pin: ({ id, pinned }: ChatSession) => update.mutate({ id, pinned: !pinned }),
    archive: ({ id, archived }: ChatSession) => update.mutate({ id, archived: !archived }),
    share: ({ id, visibility }: ChatSession) => {
      const next = visibility === 'private' ? 'project' : 'private';
      update.mutate(
        { id, visibility: next },
        {
          onSuccess: () =>
            notifications.show({
              message:
                next === 'project' ? 'All members of the project see this conversation now.' : 'Only you see it now.',
            }),
        },
      );
    },
    remove: (id: Id<'session'>) => remove.mutate({ id }),
    isRemoving: remove.isPending,
    fork: (id: Id<'session'>, messageId: Id<'message'>) => fork.mutate({ id, messageId }),
    load: (file: File) => load.mutate(file),
    save: (id: Id<'session'>, format: 'markdown' | 'json') => save.mutate({ id, format }),
  };
}

export type SessionActions = ReturnType<typeof useSessionActions>;

/** A conversation that was saved as JSON. Throws in words when the file is something else. */
async function readExport(file: File) {
  if (file.size > chatImportLimit.bytes) throw new Error('This file is too large: a conversation may have 10 MB.');
  const parsed = chatExport.safeParse(parse(await file.text()));
  if (!parsed.success) throw new Error('This is not a conversation that Yudai saved as JSON.');
  return parsed.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no conversation; the caller says so.
    return null;
  }
}
