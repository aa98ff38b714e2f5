import type { RankIndex } from '../rank/rank-index.ts';
import type { Option } from './choose.ts';
import { rangePieces, signaturePiece } from './pieces.ts';
import { renderPiece } from './render.ts';
import type { CountingDeps, PackDeps, PackRequest } from './types.ts';

const readmeLines = 60;
const mostKeyFiles = 40;
// The outline may take this share of the budget; the rest is for the README and signatures.
const outlineShare = 0.35;
const entryPoint =
  /(?:^|\/)(?:main|index|app|server|cli|__main__|manage|lib|mod|program)\.[a-z]+$|(?:^|\/)(?:bin|cmd)\/[^/]+(?:\/main)?\.[a-z]+$/i;

/** What one should know of a repository before asking: its languages, outline, entry points, README and most used definitions. */
export async function digestOf(
  deps: CountingDeps,
  { budget, format }: PackRequest,
  signal: AbortSignal,
): Promise<{ introduction: string; options: Option[] }> {
  const { index, readText, tokensOf } = deps;
  const introduction = [
    `Repository at ${deps.commit.slice(0, 12)}: ${index.files.length} indexed files.`,
    languageLine(index),
    entryLine(index),
    outlineOf(deps, Math.floor(budget * outlineShare)),
  ]
    .filter((line) => line !== '')
    .join('\n');

  const options: Option[] = [];
  for (const [order, file] of [...readmes(index), ...keyFiles(deps)].entries()) {
    signal.throwIfAborted();
    const text = await readText(index.files[file]?.blob ?? '');
    if (text === null) continue;
    const isReadme = index.files[file]?.category === 'docs';
    const range = { file, startLine: 1, endLine: readmeLines, symbol: null, score: 1 };
    const pieces = isReadme
      ? rangePieces(index, file, text, [range])
      : [signaturePiece(index, file, text) ?? []].flat();
    if (pieces.length === 0) continue;
    const tokens = pieces.reduce((sum, piece) => sum + tokensOf(renderPiece(piece, format)) + 2, 0);
    options.push({ file, pieces, tokens, value: (isReadme ? 10 : 1) / (1 + order / 10) });
  }
  return { introduction, options };
}

function languageLine(index: RankIndex): string {
  const lines = new Map<string, number>();
  for (const { language, lines: count } of index.files)
    if (language !== null) lines.set(language, (lines.get(language) ?? 0) + count);
  const total = lines.values().reduce((sum, count) => sum + count, 0);
  const shown = [...lines]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 6)
    .map(([language, count]) => `${language} ${Math.round((100 * count) / Math.max(1, total))} %`);
  return shown.length === 0 ? '' : `Languages by lines: ${shown.join(', ')}.`;
}

function entryLine({ files, groups }: RankIndex): string {
  const found = files
    .slice(0, groups.code)
    .map(({ path }) => path)
    .filter((path) => entryPoint.test(path))
    .toSorted((a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1))
    .slice(0, 8);
  return found.length === 0 ? '' : `Entry points: ${found.join(', ')}.`;
}

/** Directories with their numbers of files, as deep as the budget allows. */
function outlineOf({ index, tokensOf }: CountingDeps, budget: number): string {
  let shown = '';
  for (let depth = 1; depth <= 6; depth++) {
    const deeper = outlineTo(index, depth);
    if (deeper === shown) break;
    if (tokensOf(deeper) > budget) break;
    shown = deeper;
  }
  return shown;
}

function outlineTo({ files }: RankIndex, depth: number): string {
  const counts = new Map<string, number>();
  for (const { path } of files) {
    const segments = path.split('/').slice(0, -1);
    for (let length = 1; length <= Math.min(depth, segments.length); length++) {
      const directory = segments.slice(0, length).join('/');
      counts.set(directory, (counts.get(directory) ?? 0) + 1);
    }
  }
  const rows = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const lines = rows.map(
    ([path, count]) => `${'  '.repeat(depthOf(path))}${path.slice(path.lastIndexOf('/') + 1)}/ ${count}`,
  );
  return lines.length === 0 ? '' : `Directories and how many files they hold:\n${lines.join('\n')}`;
}

function readmes({ files }: RankIndex): number[] {
  return [...files.keys()].filter((file) => /^readme(?:\.[a-z]+)?$/i.test(files[file]?.path ?? '')).slice(0, 1);
}

/** The files that others rest on: most imported, or most changed where imports are not known. */
function keyFiles({ index, importedBy }: PackDeps): number[] {
  const use = (file: number) => importedBy?.(index.files[file]?.path ?? '') ?? index.changes.commits[file] ?? 0;
  return Array.from({ length: index.groups.code }, (_, file) => file)
    .map((file) => ({ file, use: use(file) }))
    .toSorted((a, b) => b.use - a.use || a.file - b.file)
    .slice(0, mostKeyFiles)
    .map(({ file }) => file);
}

function depthOf(path: string): number {
  return path.split('/').length - 1;
}
