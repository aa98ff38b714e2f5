import { type BoxesOptions, keepBoxes } from '#sandbox/box/keep-boxes.ts';
import { checkDocker } from '#sandbox/docker/check-docker.ts';
import { boxLabel } from '#sandbox/docker/container-options.ts';
import { type DockerOptions, openDaemon } from '#sandbox/docker/docker-daemon.ts';
import { createContainerLauncher } from '#sandbox/docker/launch-container.ts';
import type { Sandbox } from '#sandbox/sandbox.ts';

export interface DockerSandboxOptions extends BoxesOptions, DockerOptions {}

/**
 * Boxes on this machine whose commands run in containers of a Docker daemon (or Podman, where it speaks like one). Their files are folders of the host, as
 * those of local boxes are.
 */
export function createDockerSandbox(options: DockerSandboxOptions): Sandbox {
  const daemon = openDaemon(options);
  const boxes = keepBoxes(options, {
    kind: 'docker',
    createLauncher: (place) => createContainerLauncher(daemon, place),
    clear: (boxFolder) => daemon.removeLabelled(boxLabel(boxFolder)),
  });
  return { ...boxes, check: () => checkDocker(boxes, daemon, options) };
}
