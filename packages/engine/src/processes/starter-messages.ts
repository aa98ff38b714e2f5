/** What the small process of a starter is told. */
export type StarterOrder =
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly program: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly maxOutput: number;
    }
  | { readonly kind: 'input'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'stop'; readonly id: number };

/** What it answers: pieces of what the program says, and once how it ended. */
export type StarterAnswer =
  | { readonly kind: 'stdout'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'stderr'; readonly id: number; readonly text: string }
  | {
      readonly kind: 'ended';
      readonly id: number;
      readonly exitCode: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly code: string | null;
    };
