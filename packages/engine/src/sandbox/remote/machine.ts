import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Hosting, within } from '#sandbox/remote/hosting.ts';
import type { HostedMachine } from '#sandbox/remote/provider.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

/** The machine of a box, with what answers on its side. */
export interface Machine {
  /** Whether its provider knows it no more. */
  isGone(): Promise<boolean>;
  /** Where it keeps its box. */
  readonly base: string;
  /** Asks its side for something (see machine-side.sh). Throws `broken`, with what it said. */
  ask(
    verb: string,
    args: readonly string[],
    how?: { readonly sent?: Sent; readonly withinMs?: number },
  ): Promise<Buffer>;
}

/** What goes along with a question: bytes, or a file of the host. */
export type Sent = Buffer | { readonly file: string };

const askMs = 60_000;
/** What is sent in the call itself: a shell takes 128 KB, and some providers encode it once more. */
const mostInline = 30_000;
/** Of one piece, in bytes; what base64 makes of it ends without padding. */
const largePiece = 600_000;
/** For those that write files with a command of a shell. */
const smallPiece = 45_000;
const atOnce = 4;
/** What may be asked twice: one answer that is lost must not cost what a command has done. */
const repeatable = new Set(['agree', 'arrived', 'changes', 'end', 'fetch', 'report']);
const mostAttempts = 3;

const script = readFileSync(join(import.meta.dirname, 'machine-side.sh'), 'utf8');

/** Brings what answers onto a machine, which has to have bash and base64. */
export async function enterMachine(hosting: Hosting, hosted: HostedMachine): Promise<Machine> {
  const name = randomUUID();
  const drop = `/tmp/yudai-${name}`;
  const run = async (command: string, withinMs = askMs) => {
    try {
      // A deadline of theirs, where they have one, is after ours.
      return (await within(hosted.runCommand(command, { timeout: withinMs + 5000 }), withinMs)).stdout;
    } catch (error) {
      throw hosting.broken(error);
    }
  };
  const begun = await run(
    `mkdir -m 700 ${drop} && echo ${Buffer.from(script).toString('base64')} | base64 -d > ${drop}/side && bash -c 'echo "yudai:$(id -u):$(sudo -n id -u 2>/dev/null):$HOME:"'`,
  );
  const [, id, byItself, home] = /yudai:(\d+):(\d*):(\/[\w./-]*):/.exec(begun) ?? [];
  if (id === undefined || home === undefined) {
    throw new SandboxError('unusable', 'The machine has no bash, or no base64. Take an image that has them.', {
      detail: begun.slice(0, 500),
    });
  }
  const base = id === '0' || byItself === '0' ? '/var/lib/yudai' : join(home, '.yudai');
  const side = `${id !== '0' && byItself === '0' ? 'sudo -n ' : ''}bash ${drop}/side`;
  const callOnce = async (verb: string, args: readonly string[], withinMs?: number) => {
    const nonce = randomUUID();
    return answerIn(await run([side, nonce, base, verb, ...args.map(quoted)].join(' '), withinMs), nonce, verb);
  };
  const call = async (verb: string, args: readonly string[], withinMs?: number) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await callOnce(verb, args, withinMs);
      } catch (error) {
        if (attempt === mostAttempts || !repeatable.has(verb) || (await hosting.isGone(hosted.sandboxId))) throw error;
        await wait(500 * attempt);
      }
    }
  };
  let pieceBytes = largePiece;
  const whole = async (sent: Sent): Promise<string> => {
    if (Buffer.isBuffer(sent) && sent.length <= mostInline) return `=${sent.toString('base64')}`;
    const send = async () => {
      const along = await bring(hosting, hosted, { sent, to: `${drop}/${randomUUID()}`, pieceBytes });
      if ((await call('arrived', [along])).toString() === 'yes') return along;
      throw new SandboxError('broken', 'What was sent to the machine of this box did not arrive whole.');
    };
    if (pieceBytes === smallPiece) return send();
    return send().catch(() => {
      pieceBytes = smallPiece;
      return send();
    });
  };
  return {
    isGone: () => hosting.isGone(hosted.sandboxId),
    base,
    async ask(verb, args, { sent, withinMs } = {}) {
      if (sent === undefined) return call(verb, args, withinMs);
      const along = await whole(sent);
      const [name, ...others] = args;
      // After its name, where it has one.
      return call(verb, name === undefined ? [along] : [name, along, ...others], withinMs);
    },
  };
}

/** What a question is asked with: in itself, or in pieces that wait where the machine's side looks for them. */
async function bring(
  hosting: Hosting,
  hosted: HostedMachine,
  { sent, to, pieceBytes }: { readonly sent: Sent; readonly to: string; readonly pieceBytes: number },
): Promise<string> {
  const sum = createHash('sha256');
  let count = 0;
  let failed: unknown = null;
  const writing = new Set<Promise<void>>();
  for await (const piece of piecesOf(sent, pieceBytes)) {
    sum.update(piece);
    const written = within(hosted.filesystem.writeFile(`${to}.${count}`, piece.toString('base64')), askMs)
      .catch((error: unknown) => {
        failed ??= hosting.broken(error);
      })
      .finally(() => writing.delete(written));
    writing.add(written);
    count += 1;
    if (writing.size >= atOnce) await Promise.race(writing);
    if (failed !== null) break;
  }
  await Promise.all(writing);
  if (failed !== null) throw failed;
  return `${to}:${count}:${sum.digest('hex')}`;
}

async function* piecesOf(sent: Sent, bytes: number): AsyncGenerator<Buffer> {
  if (Buffer.isBuffer(sent)) {
    for (let at = 0; at < sent.length; at += bytes) yield sent.subarray(at, at + bytes);
    return;
  }
  await using file = await open(sent.file);
  for (let at = 0; ; at += bytes) {
    const piece = Buffer.alloc(bytes);
    const { bytesRead } = await file.read(piece, 0, bytes, at);
    if (bytesRead > 0) yield piece.subarray(0, bytesRead);
    if (bytesRead < bytes) return;
  }
}

/** Whatever else is there, of a shell or of a provider, is none of ours. */
function answerIn(said: string, nonce: string, verb: string): Buffer {
  const [, answer] = new RegExp(`<${nonce}:([A-Za-z0-9+/=]*):${nonce}>`).exec(said) ?? [];
  if (answer !== undefined) return Buffer.from(answer, 'base64');
  const [, failure] = new RegExp(`<${nonce}!([A-Za-z0-9+/=]*)!${nonce}>`).exec(said) ?? [];
  const detail = failure === undefined ? said.slice(0, 500) : Buffer.from(failure, 'base64').toString('utf8');
  throw new SandboxError('broken', `The machine of this box did not do its part (${verb}).`, { detail });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
