import type { Check, CheckKind, ProjectFiles } from '#verify/check.ts';

const targets: readonly (readonly [CheckKind, readonly string[]])[] = [
  ['test', ['test', 'tests', 'check']],
  ['lint', ['lint']],
  ['build', ['build', 'all']],
];

/** What a Makefile at the root offers, for projects whose language says nothing of tests. Its targets speak by their exit code alone. */
export function findMakeChecks(files: ProjectFiles, names: readonly string[]): Check[] {
  const text = names.map((name) => files.text(name)).find((found) => found !== null);
  if (typeof text !== 'string') return [];
  const known = new Set([...text.matchAll(/^([\w-]+)\s*:(?!=)/gm)].map(([, target]) => target));
  return targets.flatMap(([kind, candidates]): Check[] => {
    const target = candidates.find((name) => known.has(name));
    const setup = { directory: '', commands: [], cacheKey: [] };
    return target === undefined
      ? []
      : [{ kind, directory: '', command: `make ${target}`, runner: 'make', report: null, setup }];
  });
}
