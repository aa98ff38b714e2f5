import type { BoxUserRange } from '#sandbox/box/box-users.ts';
import { createDockerSandbox } from '#sandbox/docker/docker-sandbox.ts';
import { createLocalSandbox } from '#sandbox/local/local-sandbox.ts';
import type { Sandbox } from '#sandbox/sandbox.ts';

/** The image that the project `sandbox` makes boxes of; without one they are those of this machine. */
export const image = process.env['TEST_SANDBOX_IMAGE'] ?? '';
export const dockerHost = process.env['DOCKER_HOST'] ?? null;

/** Users for the boxes of tests alone, apart from those of a Yudai that runs on the same machine. */
const users: BoxUserRange = { first: 21_000, count: 16 };

/** The sandbox that this run is about. */
export function createTestSandbox(folder: string, range: BoxUserRange = users): Sandbox {
  const options = { folder, users: range };
  return image === '' ? createLocalSandbox(options) : createDockerSandbox({ ...options, image, host: dockerHost });
}
