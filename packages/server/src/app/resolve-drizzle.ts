import { registerHooks } from 'node:module';

/**
 * Loads code that uses drizzle-orm. For each of its hundred files Node parses the package's manifest of 178 KB again, which takes half a
 * second of a start; the files of a package that is known to hold only ES modules need no look into its manifest.
 */
export async function withFastDrizzle<T>(load: () => Promise<T>): Promise<T> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const { parentURL } = context;
      if (!specifier.startsWith('.') || parentURL?.includes('/node_modules/drizzle-orm/') !== true)
        return next(specifier, context);
      return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true };
    },
  });
  try {
    return await load();
  } finally {
    hooks.deregister();
  }
}
