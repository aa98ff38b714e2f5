import { parseArgs } from 'node:util';

/** Reads `--name value` for every name that has a default; with `--help`, prints the usage and ends. Throws for unknown options. */
export function readOptions<const T extends Readonly<Record<string, string>>>(
  usage: string,
  defaults: T,
): { readonly [name in keyof T]: string } {
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, { type: 'string' as const, default: value }]),
  );
  const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
  if (values.help === true) {
    console.log(usage.trim());
    process.exit();
  }
  // Every option has a default, so every value is a text.
  return values as { readonly [name in keyof T]: string };
}

/** `embedded` or `postgres` as they are chosen; undefined, which is both, for an empty text. */
export function chosenDatabase(text: string): 'embedded' | 'postgres' | undefined {
  if (text === '') return undefined;
  if (text === 'embedded' || text === 'postgres') return text;
  throw new Error(`--database is embedded or postgres, not ${text}.`);
}

/** `1,16,50` as numbers. */
export function numbersOf(text: string): number[] {
  return text.split(',').map(Number);
}
