import { dirname, join } from 'node:path';
import type { BoxUserRange } from '#sandbox/box/box-users.ts';
import { createDockerSandbox } from '#sandbox/docker/docker-sandbox.ts';
import { createLocalSandbox } from '#sandbox/local/local-sandbox.ts';
import { createRemoteSandbox, type RemoteSandboxOptions } from '#sandbox/remote/remote-sandbox.ts';
import type { Sandbox } from '#sandbox/sandbox.ts';

/** The image that the project `sandbox` makes boxes of; without one they are those of this machine. */
export const image = process.env['TEST_SANDBOX_IMAGE'] ?? '';
export const dockerHost = process.env['DOCKER_HOST'] ?? null;

/** Users for the boxes of tests alone, apart from those of a Yudai that runs on the same machine. */
const users: BoxUserRange = { first: 21_000, count: 16 };

/** Whether boxes are on machines of a provider for tests, which the project `machines` says. */
export const onMachines = process.env['TEST_SANDBOX_MACHINES'] === '1';

/** The sandbox that this run is about. */
export function createTestSandbox(folder: string, range: BoxUserRange = users): Sandbox {
  const options = { folder, users: range };
  if (onMachines) return createMachinesSandbox(folder, range);
  return image === '' ? createLocalSandbox(options) : createDockerSandbox({ ...options, image, host: dockerHost });
}

/** Boxes on machines that are processes of this one, with their folders beside those of the boxes. */
export function createMachinesSandbox(
  folder: string,
  range: BoxUserRange = users,
  options: RemoteSandboxOptions['options'] = { config: { folder: machinesBeside(folder) } },
): Sandbox {
  const provider = join(import.meta.dirname, 'machines-here.ts');
  return createRemoteSandbox({ folder, users: range, provider, options });
}

export function machinesBeside(folder: string): string {
  return join(dirname(folder), 'machines');
}
