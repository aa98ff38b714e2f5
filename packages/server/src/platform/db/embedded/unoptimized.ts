import { setFlagsFromString } from 'node:v8';

/**
 * Runs `work` while V8 makes WebAssembly runnable without optimizing it; what is called there for the first time stays as it is, what
 * is first called later is optimized when it becomes hot.
 *
 * Opening the engine calls the interpreter of expressions, one function of 100 KB with which V8's optimizer takes a second of
 * processor time and 600 MB, in every start. Rows are read and written as fast without it. The flags are of the
 * whole process, for half a second.
 */
export async function unoptimized<T>(work: () => Promise<T>): Promise<T> {
  // Only the second one of its own would optimize everything at once.
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
  try {
    return await work();
  } finally {
    setFlagsFromString('--wasm-tier-up');
    setFlagsFromString('--wasm-dynamic-tiering');
  }
}
