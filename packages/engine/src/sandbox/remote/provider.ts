import { pathToFileURL } from 'node:url';
import { SandboxError } from '#sandbox/sandbox-error.ts';

/** A hosting provider, as packages of ComputeSDK (`@computesdk/e2b`, `@computesdk/daytona`, …) are one. What is not used here is left out. */
export interface HostingProvider {
  readonly name: string;
  readonly sandbox: {
    create(options?: Readonly<Record<string, unknown>>): Promise<HostedMachine>;
    getById(id: string): Promise<HostedMachine | null>;
    /** Some cannot, and throw. */
    list(): Promise<readonly HostedMachine[]>;
    destroy(id: string): Promise<void>;
  };
}

export interface HostedMachine {
  readonly sandboxId: string;
  /** For a shell. Output comes at the end; a failure of the provider may be thrown, or look like one of the command. */
  runCommand(command: string, options?: { readonly timeout?: number }): Promise<{ readonly stdout: string }>;
  readonly filesystem: { writeFile(path: string, content: string): Promise<void> };
  getInstance(): unknown;
}

/** What is told of a provider in `YUDAI_SANDBOX_PROVIDER_OPTIONS`. */
export interface ProviderOptions {
  /** For the provider itself: its key, where its own environment variable does not say it. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  /** For each machine: image, region, size, what it may reach. */
  readonly create?: Readonly<Record<string, unknown>> | undefined;
  /** For bash, run once on each machine before anything else, as root where that can be had. */
  readonly setup?: string | undefined;
}

const packageName = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/** The provider of a package that is installed beside Yudai, or of a file (an absolute path) of whoever runs it. Throws `unusable`. */
export async function loadProvider(from: string, config: ProviderOptions['config'] = {}): Promise<HostingProvider> {
  const isFile = from.startsWith('/');
  if (!isFile && !packageName.test(from)) {
    throw unusable('YUDAI_SANDBOX_PROVIDER names no package.', 'Say @computesdk/e2b, for example.');
  }
  const found: unknown = await import(/* @vite-ignore */ isFile ? pathToFileURL(from).href : from).catch(
    (cause: unknown) => {
      throw unusable(
        `${from} is not installed where Yudai is.`,
        `Run “npm install --no-save ${from}” in its folder, or name the file of one that is elsewhere.`,
        cause,
      );
    },
  );
  const make = factoryIn(found, from);
  if (make === null) throw unusable(`${from} is no provider of ComputeSDK.`, 'Take one such as @computesdk/e2b.');
  const provider = make(config);
  if (!isProvider(provider)) {
    throw unusable(`${from} makes no machines as ComputeSDK 4 has them.`, 'Take a newer version of it.');
  }
  return provider;
}

/** What people call it: the last part of the name of a package, and a file by its path. */
export function nameOfProvider(from: string): string {
  return from.startsWith('/') ? from : (from.split('/').at(-1) ?? from);
}

/** Packages export it under their name, `just-bash` as `justBash`; files under theirs or that of a folder above; others as what they export by default. */
function factoryIn(found: unknown, from: string): ((config: unknown) => unknown) | null {
  if (typeof found !== 'object' || found === null) return null;
  const exported: Readonly<Record<string, unknown>> = { ...found };
  const parts = from
    .replace(/\.[cm]?[jt]s$/, '')
    .split('/')
    .toReversed();
  const names = parts.map((name) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
  const made = [...names, 'default'].map((name) => exported[name]).find((one) => typeof one === 'function');
  return made === undefined ? null : (config) => Reflect.apply(made, undefined, [config]);
}

function isProvider(value: unknown): value is HostingProvider {
  if (typeof value !== 'object' || value === null || !('sandbox' in value)) return false;
  const { sandbox } = value;
  if (typeof sandbox !== 'object' || sandbox === null) return false;
  return ['create', 'getById', 'destroy', 'list'].every((name) => typeof Reflect.get(sandbox, name) === 'function');
}

function unusable(what: string, todo: string, cause?: unknown): SandboxError {
  const detail = cause instanceof Error ? { detail: cause.message } : {};
  return new SandboxError('unusable', `${what} ${todo}`, { cause, ...detail });
}
