import { readFile, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import picomatch from 'picomatch';
import { type Box, type CommandResult, SandboxError, workTreeInBox } from '#sandbox/index.ts';
import type { Check, ReportSource } from '#verify/check.ts';
import { readReport } from '#verify/read-report.ts';
import { type TestRun, unreadRun } from '#verify/test-run.ts';

export interface RunCheckOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onOutput?: ((chunk: Buffer) => void) | undefined;
  /** None unless told. */
  readonly network?: 'none' | 'allowed' | undefined;
}

export interface RanCheck {
  readonly result: CommandResult;
  /** What its runner reported; null for a check that reports nothing. Without a report that can be read it says so in its problems. */
  readonly testRun: TestRun | null;
}

const mostReportBytes = 20 * 1024 * 1024;
const mostReportFiles = 5000;
const mostFoldersSeen = 20_000;

/** Runs a check in a box whose set-up is done, and reads what it reports. Throws SandboxError like `Box.run`. */
export async function runCheck(
  box: Box,
  check: Check,
  { timeoutMs, signal, onOutput, network = 'none' }: RunCheckOptions,
): Promise<RanCheck> {
  const { report, directory } = check;
  const result = await box.run(
    {
      argv: ['sh', '-c', check.command],
      cwd: directory === '' ? '.' : directory,
      timeoutMs,
      network,
      report: true,
    },
    { ...(signal === undefined ? {} : { signal }), ...(onOutput === undefined ? {} : { onOutput }) },
  );
  return { result, testRun: report === null ? null : await testRunOf(box, directory, report, result) };
}

async function testRunOf(box: Box, directory: string, report: ReportSource, result: CommandResult): Promise<TestRun> {
  const read = (texts: readonly string[]) => readReport(report.format, texts, { root: workTreeInBox });
  switch (report.from) {
    case 'file':
      return read(result.report === null ? [] : [result.report.toString('utf8')]);
    case 'output': {
      const { size } = await stat(result.logPath);
      if (size < result.outputBytes) return unreadRun(`It printed ${result.outputBytes} bytes, more than is kept.`);
      return read([await readFile(result.logPath, 'utf8')]);
    }
    case 'files':
      try {
        return read(await textsOf(box, directory, report.pattern ?? '**/*.xml'));
      } catch (error) {
        if (!(error instanceof SandboxError)) throw error;
        return unreadRun(`The files of the report cannot be read: ${error.message}`);
      }
  }
}

/** What stands in the files of a folder that a glob matches, by name. Links are not followed to folders. */
async function textsOf(box: Box, directory: string, pattern: string): Promise<string[]> {
  const isReport = picomatch(pattern, { dot: true });
  const texts: string[] = [];
  let bytes = 0;
  for (const path of await filesBelow(box, directory, isReport)) {
    const content = await box.readFile(posix.join(directory, path), { maxBytes: mostReportBytes });
    bytes += content.length;
    if (bytes > mostReportBytes || texts.length >= mostReportFiles) {
      throw new SandboxError('too_large', 'they are more than 20 MB, or 5,000 files.');
    }
    texts.push(content.toString('utf8'));
  }
  return texts;
}

/** Paths relative to the folder. */
async function filesBelow(box: Box, directory: string, matches: (path: string) => boolean): Promise<string[]> {
  const found: string[] = [];
  const folders = [''];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    seen += 1;
    if (seen > mostFoldersSeen) throw new SandboxError('too_large', 'there are too many folders to look into.');
    for (const { name, kind } of await box.list(posix.join(directory, folder) || '.')) {
      const path = folder === '' ? name : `${folder}/${name}`;
      // What was installed reports nothing.
      if (kind === 'folder' && name !== 'node_modules' && name !== '.git') folders.push(path);
      if (kind === 'file' && matches(path)) found.push(path);
    }
  }
  return found.toSorted();
}
