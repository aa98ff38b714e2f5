import { randomUUID } from 'node:crypto';
import { constants, open as openCallback } from 'node:fs';
import { type FileHandle, chown, open } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BoxUser } from '#sandbox/box/box-users.ts';
import { runTool } from '#sandbox/box/run-tool.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

/** What a command writes into, and where it comes out. */
export interface BoxPipe {
  readonly reader: Socket;
  /** Where it is on the host, for who has no descriptor to give. */
  readonly path: string;
  /** For the command; closed here once it was started. */
  readonly writer: FileHandle;
  /** Once the reader has come to its end. */
  giveBack(): void;
}

export interface BoxPipes {
  take(): Promise<BoxPipe>;
}

const openDescriptor = promisify(openCallback);

/**
 * Pipes with a name, which belong to the user of the box: what Node gives to a child is a socket, and a pipe without a name belongs to who made it,
 * and neither can be opened again as `/dev/stderr`, which scripts do.
 */
export async function openBoxPipes(boxFolder: string, user: BoxUser | null): Promise<BoxPipes> {
  const free = [await makePipe(boxFolder, user)];
  return {
    async take() {
      const path = free.pop() ?? (await makePipe(boxFolder, user));
      // The reader first and without waiting, or each would wait for the other.
      const descriptor = await openDescriptor(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const writer = await open(path, constants.O_WRONLY);
      const reader = new Socket({ fd: descriptor, readable: true, writable: false });
      return { reader, writer, path, giveBack: () => free.push(path) };
    },
  };
}

async function makePipe(boxFolder: string, user: BoxUser | null): Promise<string> {
  const path = join(boxFolder, `pipe-${randomUUID()}`);
  const { ok, text } = await runTool('mkfifo', ['-m', '600', path]);
  if (!ok) throw new SandboxError('broken', 'A pipe for the output of a box could not be made.', { detail: text });
  if (user !== null) await chown(path, user.uid, user.gid);
  return path;
}
