import { expect, test } from 'vitest';
import { root, rules } from './rules.ts';
import { sourceFile } from './source-files.ts';

const server = 'packages/server/src';

/** Every rule must be able to fail: the file, its text, and the rules that refuse it. */
const planted: [path: string, text: string, refused: string[]][] = [
  [
    'packages/contract/src/jobs.ts',
    `import { readFile } from 'node:fs';`,
    ['packages import only what lies below them'],
  ],
  ['packages/engine/src/codebase/walk.ts', `import pg from 'pg';`, ['packages import only what lies below them']],
  [
    'packages/engine/src/codebase/walk.ts',
    `import { a } from '@yudai/server';`,
    ['packages import only what lies below them'],
  ],
  [
    'packages/web/src/app/a.tsx',
    `import type { A } from '@yudai/engine/codebase';`,
    ['packages import only what lies below them'],
  ],
  [
    'packages/web/src/app/a.tsx',
    `import { a } from '../../../server/src/kernel/ids.ts';`,
    ['packages import only what lies below them'],
  ],
  [
    'packages/cli/src/main.ts',
    `import { createApp } from '@yudai/server';`,
    ['packages import only what lies below them'],
  ],
  [
    `${server}/kernel/ids.ts`,
    `import {\n  a,\n} from '#platform/db/index.ts';`,
    ['inside the server: kernel, platform, features, app'],
  ],
  [
    `${server}/platform/db/a.ts`,
    `export { a } from '#features/jobs/index.ts';`,
    ['inside the server: kernel, platform, features, app'],
  ],
  [
    `${server}/features/jobs/a.ts`,
    `import '#app/create-app.ts';`,
    ['inside the server: kernel, platform, features, app'],
  ],
  [
    `${server}/features/jobs/a.ts`,
    `import { b } from '../../testing/b.ts';`,
    ['inside the server: kernel, platform, features, app'],
  ],
  [
    `${server}/features/projects/a.ts`,
    `import { b } from '#features/chat/index.ts';`,
    ['features see earlier features, through their index'],
  ],
  [
    `${server}/features/chat/a.ts`,
    `import { b } from '#features/projects/service.ts';`,
    ['features see earlier features, through their index'],
  ],
  [`${server}/features/drawer/a.ts`, ``, ['features see earlier features, through their index']],
  [`${server}/features/chat/service.ts`, `import { t } from './schema.ts';`, ['tables and stores are private']],
  [`${server}/app/create-app.ts`, `import { t } from '#features/chat/store.ts';`, ['tables and stores are private']],
  [
    'packages/web/src/ui/button.tsx',
    `import { a } from '#features/jobs/a.tsx';`,
    ['screen parts do not know the screens'],
  ],
  [`${server}/features/chat/a.ts`, `const key = process.env['KEY'];`, ['the environment is read at one door']],
  ['packages/engine/src/edit/a.ts', 'a;\n'.repeat(401), ['files fit in the head']],
  ['packages/engine/src/edit/a.ts', `export default function a() {}`, ['exports have names']],
  ['packages/engine/src/edit/EditLadder.ts', ``, ['names are kebab-case']],
  ['packages/engine/src/utils/text.ts', ``, ['no drawer for everything']],
  ['packages/engine/src/edit/helpers.ts', ``, ['no drawer for everything']],
  ['docs/setup.md', `cd ${root}`, ['nothing names one machine or registry']],
  [
    '.npmrc',
    `registry=https://${['registry', 'example', 'org'].join('.')}/`,
    ['nothing names one machine or registry'],
  ],
];

test.each(planted)('a violation planted in %s is seen: %s', (path, text, refused) => {
  const file = sourceFile(path, text);

  const broken = Object.keys(rules).filter((name) => (rules[name]?.(file) ?? []).length > 0);

  expect(broken).toEqual(refused);
});

const lawful: [path: string, text: string][] = [
  ['packages/cli/src/connection/a.ts', `const { createApp } = await import('@yudai/server');`],
  ['packages/cli/src/connection/a.ts', `import type { App } from '@yudai/server';`],
  ['packages/engine/src/checkout/git.ts', `const env = { PATH: process.env['PATH'] };`],
  [`${server}/features/chat/a.ts`, `import { b } from '#features/projects/index.ts';`],
  [`${server}/features/chat/chat.test.ts`, `import { startTestApp } from '#testing/start-test-app.ts';`],
  [`${server}/features/chat/store.ts`, `import { t } from './schema.ts';`],
  [`${server}/platform/live/schema.ts`, `import { users } from '#features/accounts/schema.ts';`],
  [`${server}/platform/jobs/claims.ts`, `import { jobs } from '#platform/jobs/schema.ts';`],
  [`${server}/app/version.ts`, `import manifest from '../../package.json' with { type: 'json' };`],
  ['packages/web/src/routes/$projectId.tsx', `export default function A() {}`],
];

test.each(lawful)('what is allowed in %s passes: %s', (path, text) => {
  const file = sourceFile(path, text);

  expect(Object.values(rules).flatMap((rule) => rule(file))).toEqual([]);
});
