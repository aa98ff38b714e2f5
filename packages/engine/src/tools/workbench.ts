import { posix } from 'node:path';
import type { SyntaxCheck } from '#edit/index.ts';
import { type Box, type CommandResult, SandboxError, workTreeInBox } from '#sandbox/index.ts';
import type { RepositoryReader } from '#tools/repository-reader.ts';
import { ToolError } from '#tools/tool.ts';

/** Where an agent works: a box with a work tree as it is now, and the repository as it was before. */
export interface Workbench {
  readonly box: Box;
  readonly reader: RepositoryReader;
  /** Whether commands may ask for the network; what they reach with it the box says. */
  readonly network: boolean;
  readonly checkSyntax: SyntaxCheck;
  /** Why a file must not be changed, in words for the model; null when it may be. The path is from the root of the tree. */
  refusal(path: string): string | null;
  /** What a command prints, as it comes. */
  onOutput(text: string): void;
  /** Told of every command that ran to its end. */
  ran(command: string, result: CommandResult): void;
}

/** A path from the root of the work tree, of what a model wrote. Throws `ToolError` when it leads elsewhere. */
export function pathInTree(written: string): string {
  const inside =
    written === workTreeInBox || written.startsWith(`${workTreeInBox}/`)
      ? written.slice(workTreeInBox.length + 1)
      : written;
  const path = posix.normalize(inside === '' ? '.' : inside).replace(/\/$/, '');
  if (path.startsWith('/') || path === '..' || path.startsWith('../') || path.includes('\0')) {
    throw new ToolError(`'${written}' is not in the work tree. Paths are relative to its root, ${workTreeInBox}.`);
  }
  return path === '.' ? '' : path;
}

/** The path of a file that is to be changed. Throws `ToolError` when that must not be. */
export function writablePath(workbench: Workbench, written: string): string {
  const path = pathInTree(written);
  if (path === '') throw new ToolError('This is the folder of the work tree; name a file in it.');
  if (path.split('/').includes('.git')) throw new ToolError('Nothing in .git is changed by hand.');
  const refusal = workbench.refusal(path);
  if (refusal !== null) throw new ToolError(refusal);
  return path;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a file, its byte order mark included; null when there is none. Throws `ToolError` for what is no text. */
export async function textInTree({ box }: Workbench, path: string): Promise<string | null> {
  let bytes: Buffer;
  try {
    bytes = await box.readFile(path, { maxBytes: 5 * 1024 * 1024 });
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    if (error.reason === 'not_found') return null;
    throw new ToolError(error.message);
  }
  try {
    const text = utf8.decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Said below: bytes that are not UTF-8 would be changed by being read and written.
  }
  throw new ToolError(`'${path}' is not a text in UTF-8. Use a command to look at it or to change it.`);
}

/** Writes a text after its syntax has been looked at. Throws `ToolError` when it does not parse any more, or cannot be written. */
export async function writeChecked(
  workbench: Workbench,
  path: string,
  before: string | null,
  after: string,
): Promise<void> {
  await requireSyntax(workbench, path, before, after);
  await inWords(() => workbench.box.writeFile(path, after));
}

/** Throws `ToolError` when a text that parsed would not any more. */
export async function requireSyntax(
  { checkSyntax }: Workbench,
  path: string,
  before: string | null,
  after: string,
): Promise<void> {
  const verdict = await checkSyntax(path, before, after);
  if (verdict.kind !== 'broken') return;
  const { line, column, message, text } = verdict;
  throw new ToolError(
    `Not written: ${path} would not parse any more. Line ${line}, column ${column}: ${message}\n  ${line}: ${text}`,
  );
}

/** What a box refuses is told to the model; that it is broken, closed or cancelled is not the model's to mend. */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SandboxError && !['broken', 'closed', 'cancelled', 'unusable'].includes(error.reason)) {
      throw new ToolError(error.message);
    }
    throw error;
  }
}
