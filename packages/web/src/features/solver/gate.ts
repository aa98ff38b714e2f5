import type { Question } from '@yudai/contract';

/** What a person is asked at a gate: whether a stage's work is good, with room for a note. */
export interface Gate {
  readonly question: Question;
  /** Where a note goes; null when there is no room for one. */
  readonly note: Question | null;
  readonly answers: readonly GateAnswer[];
}

interface GateAnswer {
  readonly value: string;
  readonly label: string;
  /** Another go without a word of what should be otherwise would only be the same again. */
  readonly needsNote: boolean;
  readonly isFirst: boolean;
}

/** The gate among the questions of a job; null when they ask for something else. */
export function gateOf(questions: readonly Question[]): Gate | null {
  const question = questions.find(({ options }) => options?.some(({ value }) => value === 'approve'));
  if (question === undefined) return null;
  const others = questions.filter(({ id }) => id !== question.id);
  const note = others.find(({ kind }) => kind === 'text') ?? null;
  // A question besides these has to be answered in its own form.
  if (others.length > (note === null ? 0 : 1)) return null;
  const answers = (question.options ?? []).map(({ value, label }) => ({
    value,
    label,
    needsNote: value === 'again' && note !== null,
    isFirst: value === 'approve',
  }));
  return { question, note, answers };
}
