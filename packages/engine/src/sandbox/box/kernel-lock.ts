import { createServer } from 'node:net';

/**
 * Takes a name of the kernel's (an abstract socket), which goes with this process however that ends. Returns how to give it back, or null when
 * somebody has it.
 */
export function takeKernelLock(name: string): Promise<(() => Promise<void>) | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(`\0${name}`, () => resolve(() => new Promise((released) => server.close(() => released()))));
  });
}
