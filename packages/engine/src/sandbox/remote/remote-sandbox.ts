import { type BoxesOptions, keepBoxes } from '#sandbox/box/keep-boxes.ts';
import { checkRemote } from '#sandbox/remote/check-remote.ts';
import { type HostingOptions, openHosting } from '#sandbox/remote/hosting.ts';
import { createRemoteLauncher } from '#sandbox/remote/launch-remote.ts';
import type { BoxRequest, Sandbox } from '#sandbox/sandbox.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

export interface RemoteSandboxOptions extends BoxesOptions, HostingOptions {}

/**
 * Boxes whose commands run on machines of a hosting provider, one for each box. Their files are folders of this machine, as those of all boxes are, and are
 * brought there and back around each command.
 */
export function createRemoteSandbox(options: RemoteSandboxOptions): Sandbox {
  const hosting = openHosting(options);
  const boxes = keepBoxes(options, {
    kind: 'remote',
    isElsewhere: true,
    accept,
    createLauncher: (place) => Promise.resolve(createRemoteLauncher(hosting, place)),
    clear: (boxFolder) => hosting.destroyAll(boxFolder),
  });
  return { ...boxes, check: () => checkRemote(boxes, hosting, options.folder) };
}

/** What is on this machine cannot be seen from another. */
function accept({ mounts = [], egress }: BoxRequest): void {
  if (mounts.length > 0) {
    const places = mounts.map(({ from }) => from).join(', ');
    throw new SandboxError(
      'unusable',
      `Boxes on other machines see no folders of this one (${places}). Give the image of their machines what is needed there.`,
    );
  }
  if (egress?.services !== undefined) {
    throw new SandboxError(
      'unusable',
      'Boxes on other machines cannot reach what this one offers, such as the models of agents of others. Use boxes of this machine (YUDAI_SANDBOX=local or docker) for them.',
    );
  }
}
