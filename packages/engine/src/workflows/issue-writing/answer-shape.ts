import { checkKinds, complexities, issuePriorities } from '@yudai/contract';
import { z } from 'zod';

/** Every field is required and may be null or empty: some providers take no schema with optional fields. */
const text = z.string();
const complexity = z.enum(complexities);
const evidence = z.object({ cite: text.nullable(), note: text });

/** What the architect answers with: questions, or an issue. */
export const architectAnswer = z.object({
  questions: z.array(z.object({ text, why: text, options: z.array(text) })),
  issue: z
    .object({
      title: text.min(1).max(256),
      problem: text,
      evidence: z.array(evidence),
      current: text,
      wanted: text,
      criteria: z.array(z.object({ text, check: z.object({ kind: z.enum(checkKinds), how: text }) })),
      files: z.array(z.object({ path: text, symbol: text.nullable(), why: text })),
      outOfScope: z.array(text),
      risks: z.array(text),
      notes: text,
      labels: z.array(text),
      priority: z.enum(issuePriorities),
      complexity,
    })
    .nullable(),
});
export type ArchitectAnswer = z.infer<typeof architectAnswer>;

export const ideasAnswer = z.object({
  ideas: z.array(
    z.object({
      title: text.min(1).max(200),
      description: text,
      evidence: z.array(z.object({ cite: text, note: text })),
      complexity,
    }),
  ),
});
export type IdeasAnswer = z.infer<typeof ideasAnswer>;
