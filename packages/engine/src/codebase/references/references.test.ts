import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeRepository } from '#checkout/testing/repository.ts';
import { temporaryDirectory } from '#checkout/testing/temporary.ts';
import { directoryFactsStore } from '#codebase/directory-facts-store.ts';
import { indexSnapshot } from '#codebase/index-snapshot.ts';
import { openCodebase } from '#codebase/open-codebase.ts';
import { createGrammars } from '#codebase/parse/grammars.ts';
import { indexOf } from '#codebase/rank/testing/index-of.ts';
import { referencesIn } from '#codebase/references/find-references.ts';
import { blobsThatMayHold } from '#codebase/references/may-hold.ts';

const files = {
  'src/user_name.py': 'def user_name(of):\n    return of\n',
  'src/UserName.ts': "export class UserName {\n  of = '';\n}\nconst userName = new UserName();\n",
  'src/$store.ts': 'export const $store = 1;\nexport const store_ = $store;\nexport const x2 = store_;\n',
  'src/running.go': 'package running\n\nfunc run(runner int) int { return runner }\n',
  'src/ids.c': `int ${'long_'.repeat(14)}name = 1;\nint i = 0;\nint running = i;\n`,
  'docs/größe.md': '# Größe\n\nuserName and user_name, Größe²; run-time x.run 𝒳run run🎉 क्रिrun\n',
  'names.css': '.user-name { color: red }\n.user_name:before { content: "run" }\n',
  'empty.py': '',
};
const names =
  `user_name userName UserName username of store $store store_ x2 run runner running i Größe user-name x.run nowhere name
  content यह int ${'long_'.repeat(14)}name`.split(/\s+/);

test('references are the same as those of a scan of every text, whatever the name (G7)', async () => {
  const directory = await temporaryDirectory();
  const repository = await makeRepository(join(directory, 'repo'));
  const tree = await repository.commit('first', files);
  const store = directoryFactsStore(join(directory, 'facts'));
  const gitDir = join(repository.folder, '.git');
  const { entries } = await indexSnapshot({ gitDir, tree, store, workers: 1 });
  const codebase = await openCodebase({ gitDir, commit: tree, entries, store });
  onTestFinished(() => codebase.close());
  const grammarOf = createGrammars();

  for (const name of names) {
    const scanned = await Promise.all(
      entries
        .filter(({ facts }) => facts !== null)
        .map(({ path, language }) => {
          const text = Object.entries(files).find(([known]) => known === path)?.[1] ?? '';
          return referencesIn(
            { path, text, facts: { language, definitions: codebase.symbolsOf(path) } },
            name,
            grammarOf,
          );
        }),
    );
    const found = await codebase.references(name, 100, new AbortController().signal);
    expect({ name, found }).toEqual({ name, found: scanned.flat() });
  }
  const count = async (name: string) => (await codebase.references(name, 100, new AbortController().signal)).length;
  expect(await count('user_name')).toBeGreaterThan(1);
  expect(await count('nowhere')).toBe(0);
});

test('a name is looked for only in the texts that have its terms', async () => {
  const { index } = await indexOf(files);
  const paths = (name: string) => {
    const blobs = blobsThatMayHold(index, name);
    return blobs === null ? null : index.files.filter(({ blob }) => blobs.has(blob)).map(({ path }) => path);
  };

  expect(paths('runner')).toContain('src/running.go');
  expect(paths('runner')).not.toContain('src/UserName.ts');
  expect(paths('user-name')).toBeNull();
  expect(paths('of')).toBeNull();
});
