import type { Solving } from '#workflows/solving/solving-context.ts';

/** Tells whoever watches what a command of a stage prints, piece by piece, under a name that no other command of the stage has. */
export function outputOf({ ports }: Solving, key: string, callId: string): (text: string) => void {
  let offset = 0;
  return (text) => {
    ports.tell({ what: 'output', key, callId, offset, text });
    offset += text.length;
  };
}
