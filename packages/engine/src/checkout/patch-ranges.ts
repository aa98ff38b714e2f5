import type { SolveFile } from '@yudai/contract';

type Range = SolveFile['ranges'][number];

/**
 * Which lines differ, for each file of a patch that git made, in its order. `sections` says how many parts the patch has for each file. A range of no
 * lines stands behind the line it names.
 */
export function rangesOf(patch: Buffer, sections: readonly number[]): Range[][] {
  const parts = splitSections(patch.toString('latin1'));
  let next = 0;
  return sections.map((count) => {
    const own = parts.slice(next, next + count);
    next += count;
    return own.flatMap(rangesIn);
  });
}

/** Lines of a file begin with a blank, `+`, `-` or `\`, so this one is always git's. */
function splitSections(patch: string): string[] {
  return patch.split(/^(?=diff --git )/m).filter((part) => part.startsWith('diff --git '));
}

function rangesIn(section: string): Range[] {
  const ranges: Range[] = [];
  let oldLine = 0;
  let newLine = 0;
  let inHunk = false;
  let open: { -readonly [key in keyof Range]: Range[key] } | null = null;
  for (const line of section.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) {
      inHunk = true;
      open = null;
      // Of a side without lines git names the line before.
      oldLine = Number(hunk[1]) + (hunk[2] === '0' ? 1 : 0);
      newLine = Number(hunk[3]) + (hunk[4] === '0' ? 1 : 0);
      continue;
    }
    if (!inHunk || line.startsWith('\\')) continue;
    const sign = line[0];
    if (sign !== '-' && sign !== '+') {
      open = null;
      oldLine += 1;
      newLine += 1;
      continue;
    }
    if (open === null) {
      open = { oldStart: oldLine, oldLines: 0, newStart: newLine, newLines: 0 };
      ranges.push(open);
    }
    if (sign === '-') {
      open.oldLines += 1;
      oldLine += 1;
    } else {
      open.newLines += 1;
      newLine += 1;
    }
  }
  return ranges.map((range) => ({
    ...range,
    oldStart: range.oldLines === 0 ? range.oldStart - 1 : range.oldStart,
    newStart: range.newLines === 0 ? range.newStart - 1 : range.newStart,
  }));
}
