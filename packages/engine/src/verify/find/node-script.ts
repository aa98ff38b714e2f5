import { reportFile } from '#verify/check.ts';
import { type NodeRunner, nodeRunners } from '#verify/find/node-runners.ts';

export interface ReportingScript {
  /** The script's text, with its runner told to report. */
  readonly script: string;
  readonly runner: NodeRunner;
}

/** What a package manager does before a command that a script names, and a project puts there itself. */
const prefix =
  /^(?:(?:[A-Z_][A-Z0-9_]*=(?:"[^"]*"|'[^']*'|\S*)|cross-env|env|npx|(?:c8|nyc)(?: --?[\w-]+=\S+)*|dotenv --?|bunx|pnpm exec|yarn exec|(?:\.\/)?node_modules\/\.bin\/) ?(?:-- )?)*/;

const otherScript = /^(?:npm run|npm|pnpm run|pnpm|yarn run|yarn|bun run) ([\w:.-]+)$/;

const deepest = 4;

/**
 * A script whose one test runner is told to write its report: `tsc && vitest run` becomes `tsc && vitest run --reporter=json …`. Scripts that it
 * runs are written out. Null when there is no runner that is known, or several.
 */
export function reportingScript(name: string, scripts: Readonly<Record<string, string>>): ReportingScript | null {
  const written = writeOut(name, scripts, 0);
  if (written === null) return null;
  // Parts alternate with what stands between them.
  const parts = written.split(/(\s*(?:&&|\|\||;)\s*)/);
  const found = parts.flatMap((part, index) => {
    const reporting = index % 2 === 0 ? reportingPart(part) : null;
    return reporting === null ? [] : [{ index, ...reporting }];
  });
  const [only, ...more] = found;
  if (only === undefined || more.length > 0) return null;
  return { script: parts.with(only.index, only.script).join(''), runner: only.runner };
}

/** With the scripts that it runs in their place; null for what is not simply one command after another. */
function writeOut(name: string, scripts: Readonly<Record<string, string>>, depth: number): string | null {
  const text = scripts[name]?.trim() ?? '';
  // Quotes may hold what looks like the end of a command.
  if (text === '' || depth > deepest || /(?<![&])&(?!&)|(?<!\|)\|(?!\|)|[<>`()]|\$\(/.test(text)) return null;
  const parts = text.split(/(\s*(?:&&|\|\||;)\s*)/).map((part) => {
    const inner = otherScript.exec(part.trim())?.[1];
    return inner === undefined || !Object.hasOwn(scripts, inner) ? part : (writeOut(inner, scripts, depth + 1) ?? part);
  });
  const before = scripts[`pre${name}`];
  const own = parts.join('');
  return before === undefined ? own : `${before} && ${own}`;
}

function reportingPart(part: string): ReportingScript | null {
  const start = prefix.exec(part)?.[0].length ?? 0;
  const [before, command] = [part.slice(0, start), part.slice(start)];
  for (const runner of nodeRunners) {
    const match = new RegExp(`^${runner.command.source}`).exec(command)?.[0];
    if (match === undefined) continue;
    const rest = withoutReporters(command.slice(match.length)).trim();
    const once = runner.once === undefined || `${match} ${rest}`.includes(' run') ? '' : runner.once;
    const script = [
      runner.env,
      before.trim(),
      match,
      runner.report,
      once,
      rest,
      runner.redirect ? `>${reportFile}` : '',
    ]
      .filter((word) => word !== undefined && word !== '')
      .join(' ');
    return { script, runner };
  }
  return null;
}

/** Without what the project says of reports and watching itself. */
function withoutReporters(options: string): string {
  return options
    .replaceAll(/ (?:--reporters?|-R|--test-reporter(?:-destination)?|--outputFile(?:\.\w+)?)(?:=| )\S+/g, '')
    .replaceAll(/ --(?:watch(?:All)?|run)(?:=\w+)?(?= |$)/g, '');
}
