import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** One issue and the files that its fix changed. */
export interface Instance {
  readonly id: string;
  /** The repository whose history is indexed, `owner/name`. */
  readonly mirror: string;
  readonly base_commit: string;
  readonly language: string;
  readonly source: string;
  readonly core: boolean;
  readonly query: string;
  readonly gold_files: readonly string[];
  readonly gold_symbols: readonly string[];
}

export interface Choice {
  /** Mirrors to take; empty for all. */
  readonly repos: readonly string[];
  /** Every n-th core instance only. */
  readonly sample: number;
  /** SWE-bench Lite as well, where it is not core. */
  readonly lite: boolean;
}

/** The core instances (at most 30 a repository), with Lite when asked for. */
export async function readInstances(path: string, { repos, sample, lite }: Choice): Promise<Instance[]> {
  const instances: Instance[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (line.trim() === '') continue;
    const instance: Instance = JSON.parse(line);
    if (repos.length > 0 && !repos.includes(instance.mirror)) continue;
    if (instance.core || (lite && isLite(instance))) instances.push(instance);
  }
  return instances.filter((_, at) => at % sample === 0);
}

export function isLite({ source }: Instance): boolean {
  return source.includes('lite');
}
