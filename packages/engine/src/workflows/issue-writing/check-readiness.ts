import type { Citation, IssueDocument, IssueReadiness, LikelyDuplicate, ReadinessReason } from '@yudai/contract';
import { renderBody, sectionNamed } from '#workflows/issue-writing/markdown.ts';
import type { IssueTemplate } from '#workflows/issue-writing/read-template.ts';

/** What is known of the repository; null for what could not be looked at. */
export interface ReadinessFacts {
  readonly citations: readonly Citation[] | null;
  /** Of the document's affected files, those that are there. */
  readonly files: ReadonlySet<string> | null;
  readonly duplicates: readonly LikelyDuplicate[] | null;
  readonly templates: readonly IssueTemplate[];
  /** Labels of the repository. */
  readonly labels: ReadonlySet<string> | null;
}

type Code = ReadinessReason['code'];
type Field = ReadinessReason['field'];

/** GitHub takes no longer text; the mark that Yudai adds takes some of it. */
export const mostBody = 65_000;

/** Words that two people understand differently. */
const vague =
  /\b(appropriate(?:ly)?|as needed|better|clean(?:er|ly)?|easy|easily|efficient(?:ly)?|etc|fast(?:er)?|good|improved?|intuitive(?:ly)?|nice(?:ly)?|optimi[sz]ed?|proper(?:ly)?|quick(?:ly)?|reasonable|reasonably|robust(?:ly)?|seamless(?:ly)?|simple|smooth(?:ly)?|soon|user[- ]friendly|well|works? correctly)\b/i;

/**
 * How ready an issue is, by rules alone. The score is 100 less what each reason takes; what could not be looked at takes nothing and is said.
 */
export function checkReadiness(
  document: IssueDocument,
  chosenLabels: readonly string[],
  facts: ReadinessFacts,
): IssueReadiness {
  const reasons = [
    ...ofText(document),
    ...ofEvidence(document, facts.citations),
    ...ofCriteria(document),
    ...ofFiles(document, facts.files),
    ...ofRepository(document, chosenLabels, facts),
  ];
  const taken = reasons.reduce((sum, { points }) => sum + points, 0);
  return {
    score: Math.max(0, 100 - taken),
    reasons,
    citations: [...(facts.citations ?? [])],
    duplicates: [...(facts.duplicates ?? [])],
    templates: facts.templates.map(({ path, name, sections }) => ({ path, name, sections: [...sections] })),
  };
}

function ofText({ problem, current, wanted, ...rest }: IssueDocument): ReadinessReason[] {
  const found: ReadinessReason[] = [];
  if (problem === '') found.push(missing('no_problem', 'problem', 15, 'Say what the problem is, and for whom.'));
  if (current === '') found.push(missing('no_current', 'current', 10, 'Say what happens now.'));
  if (wanted === '') found.push(missing('no_wanted', 'wanted', 15, 'Say what should happen instead.'));
  const length = renderBody({ problem, current, wanted, ...rest }).length;
  if (length > mostBody) {
    const text = `The text has ${length.toLocaleString('en')} characters; GitHub takes ${mostBody.toLocaleString('en')}. Shorten it.`;
    found.push(missing('too_long', null, 30, text));
  }
  return found;
}

function ofEvidence({ evidence }: IssueDocument, citations: readonly Citation[] | null): ReadinessReason[] {
  if (evidence.length === 0) {
    return [
      missing('no_evidence', 'evidence', 15, 'Show where the problem is: places in the code, a log, a measurement.'),
    ];
  }
  if (citations === null)
    return [note('not_checked', 'evidence', 'The citations were not looked up: nothing is indexed.')];
  const found: ReadinessReason[] = [];
  for (const { text, state } of citations) {
    if (state === 'missing') {
      const words = `${text} is not in the code. Correct it or take it out.`;
      found.push({ ...missing('citation_missing', 'evidence', 10, words), at: text });
    }
    if (state === 'stale') {
      const words = `The code at ${text} has changed since. Look at it again.`;
      found.push({ ...warning('citation_stale', 'evidence', 3, words), at: text });
    }
  }
  if (citations.length === 0) {
    found.push(warning('no_citation', 'evidence', 8, 'No evidence names a place in the code (`path:start-end@blob`).'));
  }
  return limited(found, 25);
}

function ofCriteria({ criteria }: IssueDocument): ReadinessReason[] {
  if (criteria.length === 0) {
    return [missing('no_criteria', 'criteria', 20, 'Say what has to hold once this is solved.')];
  }
  const unchecked = criteria.flatMap(({ id, check }): ReadinessReason[] =>
    check === null
      ? [
          {
            ...missing(
              'criterion_without_check',
              'criteria',
              7,
              `Say how to see that ${id} holds: a test, a command, or what to look at.`,
            ),
            at: id,
          },
        ]
      : [],
  );
  const unclear = criteria.flatMap(({ id, text }): ReadinessReason[] => {
    const word = vague.exec(text)?.[0];
    if (word === undefined) return [];
    const words = `${id} says '${word}', which two people judge differently. Say what can be seen or measured.`;
    return [{ ...warning('criterion_vague', 'criteria', 4, words), at: id }];
  });
  return [...limited(unchecked, 20), ...limited(unclear, 12)];
}

function ofFiles({ files }: IssueDocument, there: ReadonlySet<string> | null): ReadinessReason[] {
  if (files.length === 0) return [warning('no_files', 'files', 5, 'Name the files that will probably change.')];
  if (there === null) return [note('not_checked', 'files', 'The files were not looked up: nothing is indexed.')];
  const gone = files.filter(({ path, why }) => !there.has(path) && !/\bnew\b/i.test(why));
  return limited(
    gone.map(({ path }) => {
      const words = `${path} is not in the repository. Correct it, or say that it is new.`;
      return { ...warning('file_missing', 'files', 4, words), at: path };
    }),
    12,
  );
}

function ofRepository(
  document: IssueDocument,
  chosenLabels: readonly string[],
  { duplicates, labels, templates }: ReadinessFacts,
): ReadinessReason[] {
  const found: ReadinessReason[] = [];
  const [alike] = duplicates ?? [];
  if (duplicates === null)
    found.push(note('not_checked', null, 'Issues on GitHub were not compared: they cannot be read now.'));
  if (alike !== undefined) {
    const name = alike.number === null ? `'${alike.title}'` : `#${alike.number} '${alike.title}'`;
    const text = `${name} (${alike.state}) may say the same. Look at it before this one is published.`;
    found.push({
      ...warning('duplicate', null, alike.likeness >= 0.6 ? 15 : 6, text),
      at: alike.number === null ? alike.issueId : String(alike.number),
    });
  }
  for (const label of labels === null ? [] : chosenLabels.filter((it) => !hasLabel(labels, it))) {
    const text = `The repository has no label '${label}'. GitHub makes it, or leaves it out where you may not.`;
    found.push({ ...warning('label_unknown', 'labels', 2, text), at: label });
  }
  return [...found, ...limited(ofTemplate(document, chosenLabels, templates), 15)];
}

/** GitHub takes labels that differ in case for the same. */
function hasLabel(labels: ReadonlySet<string>, name: string): boolean {
  return [...labels].some((label) => label.toLowerCase() === name.toLowerCase());
}

/** Measured by the template whose labels were chosen, or by the only one; which of several is meant is not guessed. */
function ofTemplate(
  document: IssueDocument,
  chosenLabels: readonly string[],
  templates: readonly IssueTemplate[],
): ReadinessReason[] {
  const fitting = templates.filter(
    ({ labels }) => labels.length > 0 && labels.every((it) => chosenLabels.includes(it)),
  );
  const [template] = fitting.length > 0 ? fitting : templates.length === 1 ? templates : [];
  if (template === undefined) return [];
  const headings = new Set([...document.notes.matchAll(/^#{2,4} (.+)$/gm)].map(([, heading = '']) => wordsOf(heading)));
  return template.sections
    .filter((section) => {
      const ours = sectionNamed(section) ?? sectionLike(section);
      if (ours !== undefined && document[ours].length > 0) return false;
      return !headings.has(wordsOf(section));
    })
    .map((section) => {
      const words = `The template '${template.name}' asks for '${section}'. Add '## ${section}' to the notes.`;
      return { ...warning('template_section', 'notes', 3, words), at: section };
    });
}

/** What templates ask for in other words, and one of our fields answers. */
const likenesses: readonly (readonly [RegExp, 'problem' | 'current' | 'wanted' | 'criteria'])[] = [
  [/\bexpect|\bwanted\b|\bsolution\b|would you like/i, 'wanted'],
  [/\bactual\b|\bcurrent|what happen/i, 'current'],
  [/\bacceptance\b/i, 'criteria'],
  [/\bdescri|\bproblem\b|\bsummary\b/i, 'problem'],
];

function sectionLike(heading: string) {
  return likenesses.find(([words]) => words.test(heading))?.[1];
}

function wordsOf(heading: string): string {
  return (heading.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}

/** Many reasons of one kind together take no more than this. */
function limited(reasons: readonly ReadinessReason[], most: number): ReadinessReason[] {
  let left = most;
  return reasons.map((reason) => {
    const points = Math.min(reason.points, left);
    left -= points;
    return { ...reason, points };
  });
}

function missing(code: Code, field: Field, points: number, text: string): ReadinessReason {
  return { code, severity: 'missing', field, at: null, text, points };
}

function warning(code: Code, field: Field, points: number, text: string): ReadinessReason {
  return { code, severity: 'warning', field, at: null, text, points };
}

function note(code: Code, field: Field, text: string): ReadinessReason {
  return { code, severity: 'note', field, at: null, text, points: 0 };
}
