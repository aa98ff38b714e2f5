import type { Box, CommandResult } from '#sandbox/index.ts';
import { type Check, readReport, type TestRun } from '#verify/index.ts';
export async function runCheck(
  box: Box,
  check: Check,
  options: { timeoutMs: number; signal: AbortSignal; onOutput: (chunk: Buffer) => void },
): Promise<{ result: CommandResult; testRun: TestRun | null }> {
  const result = await box.run(
    {
      argv: [
        'sh',
        '-c',
        `export YUDAI_REPORT=/tmp/rep; (${check.command}\n); code=$?; cp /tmp/rep /work/.git/rep; exit $code`,
      ],
      cwd: check.directory || '.',
      timeoutMs: options.timeoutMs,
    },
    options,
  );
  const text =
    check.report === null
      ? null
      : check.report.from === 'output'
        ? result.output
        : (await box.readFile('.git/rep').catch(() => Buffer.from(''))).toString();
  await box.remove('.git/rep');
  return {
    result,
    testRun: check.report === null ? null : readReport(check.report.format, [text ?? ''], { root: '/work' }),
  };
}
