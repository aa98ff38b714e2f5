import type { Step } from '#edit/lines.ts';

/** What a patch says of one file, whatever form it is written in. */
export interface FilePatch {
  /** Where in the patch it begins, from 1. */
  readonly line: number;
  readonly kind: 'change' | 'create' | 'delete' | 'rename' | 'copy';
  /** The file that is read; for `create` the same as `to`. */
  readonly from: string;
  /** The file that is written; for `delete` the same as `from`. */
  readonly to: string;
  /** The start of git's hash of the text that the patch was made from. */
  readonly blob?: string | undefined;
  readonly executable?: boolean | undefined;
  readonly hunks: readonly Hunk[];
}

/** A change at one place. Kept and removed steps tell where that is. */
export interface Hunk {
  /** Where in the patch it begins, from 1. */
  readonly line: number;
  readonly steps: readonly Step[];
  /** The line (from 1) at which the patch says that it stands. */
  readonly oldStart: number | null;
  /** Lines that stand before it, outermost first. */
  readonly anchors: readonly string[];
  /** Its last line is the file's last. */
  readonly atEnd: boolean;
  /** The file must not end with a line end. */
  readonly openEnd: boolean;
  readonly finalNewline?: boolean | undefined;
}

/** A patch that cannot be read: what is wrong, at which of its lines (from 1). */
export class PatchError extends Error {
  override readonly name = 'PatchError';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}
