import { createLocalSandbox, type Sandbox, SandboxError } from '@yudai/engine/sandbox';
import type { Config } from '#platform/config/index.ts';

/** Where code of other people runs on this installation. */
export function sandboxOf({ sandbox: { kind, folder } }: Pick<Config, 'sandbox'>): Sandbox {
  return kind === 'none' ? noSandbox : createLocalSandbox({ folder });
}

const why = 'Running code is switched off on this installation (YUDAI_SANDBOX=none).';
const todo = 'Ask whoever runs it to set YUDAI_SANDBOX to local.';

/** Makes no boxes: nothing is solved, everything else works. */
const noSandbox: Sandbox = {
  kind: 'none',
  check: () =>
    Promise.resolve({
      usable: false,
      problems: [{ what: why, todo }],
      warnings: [],
      holds: { user: 'none', memory: 'none', processes: 'none', disk: 'none', network: 'none' },
    }),
  prepare: () => Promise.reject(new SandboxError('unusable', `${why} ${todo}`)),
  discard: () => Promise.resolve(),
  leftBehind: () => Promise.resolve([]),
};
