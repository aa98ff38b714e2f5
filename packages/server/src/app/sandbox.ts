import {
  createDockerSandbox,
  createLocalSandbox,
  createRemoteSandbox,
  type Sandbox,
  SandboxError,
} from '@yudai/engine/sandbox';
import type { SolvePorts } from '@yudai/engine/solving';
import { boxPrograms } from '#app/box-programs.ts';
import { type Config, readProviderOptions } from '#platform/config/index.ts';

type SandboxConfig = Pick<Config, 'sandbox'>;

/** Where code of other people runs on this installation. */
export function sandboxOf({ sandbox }: SandboxConfig): Sandbox {
  const { kind, folder, image, dockerHost, provider, providerOptions } = sandbox;
  switch (kind) {
    case 'local':
      return createLocalSandbox({ folder });
    case 'docker':
      return createDockerSandbox({ folder, image, host: dockerHost });
    case 'remote':
      // Without one the start is refused.
      if (provider === null) return noSandbox;
      return createRemoteSandbox({
        folder,
        provider,
        options: readProviderOptions(providerOptions?.reveal() ?? '{}') ?? {},
      });
    case 'none':
      return noSandbox;
  }
}

/** What boxes see of this machine's programs: those of a container or of another machine are its image's alone. */
export function programsOf({ sandbox: { kind, programsFolder } }: SandboxConfig): () => Promise<BoxPrograms> {
  return kind === 'docker' || kind === 'remote' ? () => Promise.resolve({}) : boxPrograms(programsFolder);
}

type BoxPrograms = NonNullable<SolvePorts['boxes']>;

const why = 'Running code is switched off on this installation (YUDAI_SANDBOX=none).';
const todo = 'Ask whoever runs it to set YUDAI_SANDBOX to local, docker or remote.';

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
