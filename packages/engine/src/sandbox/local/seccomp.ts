import { refusedCalls, socketFamilies } from '#sandbox/refused-calls.ts';

interface SystemCalls {
  /** What the kernel calls this kind of processor. */
  readonly architecture: number;
  readonly socket: number;
  readonly denied: readonly number[];
}

const known: Readonly<Record<string, SystemCalls>> = {
  x64: { architecture: 0xc000003e, socket: 41, denied: refusedCalls.map(({ x64 }) => x64) },
  arm64: { architecture: 0xc00000b7, socket: 198, denied: refusedCalls.flatMap(({ arm64 }) => arm64 ?? []) },
};

const notPermitted = 1;
const notImplemented = 38;
const unknownFamily = 97;

// Offsets into what the kernel shows of a call.
const callNumber = 0;
const callArchitecture = 4;
const firstArgument = 16;

/**
 * What a box may not ask of the kernel, as a program for it (seccomp BPF), or null for a processor whose calls are not known here.
 */
export function seccompProgram(processor: string = process.arch): Buffer | null {
  const calls = known[processor];
  if (calls === undefined) return null;
  return Buffer.concat([
    load(callArchitecture),
    jumpIfEqual(calls.architecture, 1, 0),
    deny(notImplemented),
    load(callNumber),
    // Calls of x86's second dialect have their own numbers.
    jumpIfAtLeast(0x40000000, 0, 1),
    deny(notImplemented),
    ...calls.denied.flatMap((number) => [jumpIfEqual(number, 0, 1), deny(notPermitted)]),
    jumpIfEqual(calls.socket, 0, socketFamilies.length + 2),
    load(firstArgument),
    ...socketFamilies.map((family, index) => jumpIfEqual(family, socketFamilies.length - index, 0)),
    deny(unknownFamily),
    allow(),
  ]);
}

const load = (offset: number) => instruction(0x20, 0, 0, offset);
const jumpIfEqual = (value: number, then: number, otherwise: number) => instruction(0x15, then, otherwise, value);
const jumpIfAtLeast = (value: number, then: number, otherwise: number) => instruction(0x35, then, otherwise, value);
const deny = (error: number) => instruction(0x06, 0, 0, 0x00050000 + error);
const allow = () => instruction(0x06, 0, 0, 0x7fff0000);

function instruction(code: number, then: number, otherwise: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(then, 2);
  bytes.writeUInt8(otherwise, 3);
  bytes.writeUInt32LE(value, 4);
  return bytes;
}
