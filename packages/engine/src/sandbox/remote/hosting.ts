import { createHash } from 'node:crypto';
import { appendFile, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type HostedMachine,
  type HostingProvider,
  loadProvider,
  nameOfProvider,
  type ProviderOptions,
} from '#sandbox/remote/provider.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

export interface HostingOptions {
  /** A package of ComputeSDK, or the path of a file. */
  readonly provider: string;
  readonly options?: ProviderOptions;
}

/** Makes machines for boxes and ends them, also those of processes that died. */
export interface Hosting {
  readonly name: string;
  readonly setup: string | null;
  /** A new machine, noted in the folder of its box. Throws `unusable`, `broken`. */
  create(boxFolder: string): Promise<HostedMachine>;
  /** Whether the provider knows it no more. Never throws. */
  isGone(id: string): Promise<boolean>;
  /** Ends all that was made for a box. Safe to repeat. Throws `unusable`, `broken`. */
  destroyAll(boxFolder: string): Promise<void>;
  /** In words, with nothing secret in them. */
  broken(error: unknown): SandboxError;
}

/** Machines that nobody ends the provider ends itself, where it knows how: a solve takes 30 minutes at most. */
const lifeMs = 45 * 60_000;
const createMs = 5 * 60_000;
const askMs = 30_000;
const label = 'yudai-box';

/** The machines of a provider, which is loaded when the first is needed. */
export function openHosting({ provider: from, options = {} }: HostingOptions): Hosting {
  let loaded: Promise<HostingProvider> | undefined;
  const provider = () => {
    loaded ??= loadProvider(from, options.config);
    // Whoever asks again finds one that was installed meanwhile.
    loaded.catch(() => {
      loaded = undefined;
    });
    return loaded;
  };
  const broken = (error: unknown) => inWords(error, from, options);
  const ask = async <T>(question: (provider: HostingProvider) => Promise<T>, withinMs = askMs): Promise<T> => {
    try {
      return await within(question(await provider()), withinMs);
    } catch (error) {
      throw broken(error);
    }
  };
  return {
    name: nameOfProvider(from),
    setup: options.setup ?? null,
    broken,
    async create(boxFolder) {
      const { create = {} } = options;
      const metadata = { ...objectOf(create['metadata']), [label]: labelOf(boxFolder) };
      await ask(() => appendFile(noteOf(boxFolder), ''));
      const machine = await ask(({ sandbox }) => sandbox.create({ timeout: lifeMs, ...create, metadata }), createMs);
      await appendFile(noteOf(boxFolder), `${machine.sandboxId}\n`);
      return machine;
    },
    isGone: (id) =>
      ask(({ sandbox }) => sandbox.getById(id)).then(
        (found) => found === null,
        () => false,
      ),
    async destroyAll(boxFolder) {
      const noted = await notedIn(boxFolder);
      if (noted === null) return;
      const ids = new Set([...noted, ...(await labelled(boxFolder, ask))]);
      for (const id of ids) await ask(({ sandbox }) => destroyed(sandbox, id), 2 * askMs);
      await rm(noteOf(boxFolder), { force: true });
    },
  };
}

/** A promise, or a failure when it takes too long: a provider that does not answer must not hold anybody up. */
export async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  const over = new AbortController();
  try {
    return await Promise.race([
      work,
      wait(ms, undefined, { signal: over.signal }).then(() => {
        throw new Error('It did not answer in time.');
      }),
    ]);
  } finally {
    over.abort();
    work.catch(() => {
      // Too late to be heard.
    });
  }
}

/** Several of them say nothing when it fails, so it is looked whether it is gone. */
async function destroyed(sandbox: HostingProvider['sandbox'], id: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await sandbox.destroy(id);
    if ((await sandbox.getById(id)) === null) return;
    await wait(500 * (attempt + 1));
  }
  // Some know a machine for a while after it has ended.
}

function noteOf(boxFolder: string): string {
  return join(boxFolder, 'machines');
}

/** Null where none was ever to be made. */
async function notedIn(boxFolder: string): Promise<string[] | null> {
  const text = await readFile(noteOf(boxFolder), 'utf8').catch(() => null);
  return text === null ? null : text.split('\n').filter((id) => id !== '');
}

/** Machines that were made while their process died, where the provider lists what machines were labelled with. */
async function labelled(
  boxFolder: string,
  ask: <T>(question: (provider: HostingProvider) => Promise<T>) => Promise<T>,
): Promise<string[]> {
  // Some cannot list; their machines end when their time is over.
  const known = await ask(({ sandbox }) => sandbox.list()).catch((error: unknown) => {
    if (error instanceof SandboxError && error.reason === 'unusable') throw error;
    return [];
  });
  const wanted = labelOf(boxFolder);
  return known.filter((machine) => labelsOf(machine)[label] === wanted).map(({ sandboxId }) => sandboxId);
}

function labelsOf(machine: HostedMachine): Readonly<Record<string, unknown>> {
  const instance = objectOf(machine.getInstance());
  return { ...objectOf(instance['metadata']), ...objectOf(instance['labels']) };
}

function labelOf(boxFolder: string): string {
  return createHash('sha256').update(resolve(boxFolder)).digest('hex').slice(0, 32);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function inWords(error: unknown, from: string, { config = {} }: ProviderOptions): SandboxError {
  if (error instanceof SandboxError) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new SandboxError('broken', `${from} did not do what a box needs. “yudai doctor” says what it lacks.`, {
    detail: withoutSecrets(said, Object.values(config)),
    // Not the error itself: what providers put into theirs may hold their key.
  });
}

/** What was set as a secret, and whatever looks like one. */
function withoutSecrets(text: string, secrets: readonly unknown[]): string {
  const known = secrets.filter((secret) => typeof secret === 'string').filter((secret) => secret.length >= 6);
  const told = known.reduce((left, secret) => left.replaceAll(secret, '…'), text);
  return told.replaceAll(/[A-Za-z0-9_.~+/=-]{32,}/g, '…').slice(0, 1000);
}
