import { attachmentLimit } from '@yudai/contract';
import type { Id } from '@yudai/contract';
import { useState } from 'react';
import { client } from '#lib/client.ts';
import { messageOf } from '#lib/error-message.ts';
import { formatBytes } from '#lib/format.ts';

/** How many files one message carries. */
const mostFiles = 20;

export interface Attachment {
  /** Of this list only. */
  readonly key: number;
  readonly name: string;
  readonly state: 'loading' | 'ready' | 'failed';
  readonly id: Id<'attachment'> | null;
  readonly tokens: number;
  /** Why it cannot be attached. */
  readonly problem: string | null;
}

let nextKey = 0;

/** The files of the message that is being written. Each is sent to the server at once. */
export function useAttachments(id: Id<'session'>) {
  const [files, setFiles] = useState<readonly Attachment[]>([]);
  const change = (key: number, changes: Partial<Attachment>) =>
    setFiles((known) => known.map((file) => (file.key === key ? { ...file, ...changes } : file)));
  const upload = async (file: File, key: number) => {
    try {
      const text = await readText(file);
      const { id: attachmentId, tokens } = await client.chat.attach({ id, name: file.name.slice(0, 200), text });
      change(key, { state: 'ready', id: attachmentId, tokens });
    } catch (error) {
      change(key, { state: 'failed', problem: messageOf(error) });
    }
  };
  const add = (chosen: readonly File[]) => {
    const room = mostFiles - files.length;
    const added = chosen.slice(0, Math.max(0, room)).map((file) => {
      const key = (nextKey += 1);
      void upload(file, key);
      return { key, name: file.name, state: 'loading' as const, id: null, tokens: 0, problem: null };
    });
    setFiles([...files, ...added]);
  };
  return {
    files,
    add,
    remove: (key: number) => setFiles((known) => known.filter((file) => file.key !== key)),
    clear: () => setFiles([]),
  };
}

/** The text of a file. Throws in words when it is too large, empty or no text. */
export async function readText(file: Blob): Promise<string> {
  if (file.size > attachmentLimit) {
    throw new Error(
      `Too large: ${formatBytes(file.size)}. Files up to ${formatBytes(attachmentLimit)} can be attached.`,
    );
  }
  if (file.size === 0) throw new Error('This file is empty.');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
    if (!text.includes('\0')) return text;
  } catch {
    // Bytes that are no UTF-8 are no text; said below.
  }
  throw new Error('This file is not text. Only text files can be attached.');
}
