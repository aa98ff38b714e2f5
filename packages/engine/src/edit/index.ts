export { applyEdit, type Edit, type EditRefusal, type EditResult } from '#edit/apply-edit.ts';
export {
  applyPatch,
  applyV4a,
  type FileChange,
  type PatchRefusal,
  type PatchResult,
  type ReadText,
  type RefusedPart,
} from '#edit/apply-patch.ts';
export type { Candidate } from '#edit/candidates.ts';
export { createSyntaxCheck, type SyntaxCheck, type SyntaxVerdict } from '#edit/check-syntax.ts';
export type { How } from '#edit/ladder.ts';
