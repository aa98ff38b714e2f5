import type { LanguageModelV4 } from '@ai-sdk/provider';
import { type Citation, type Complexity, issueDocument, type IssueDocument, type IssuePriority } from '@yudai/contract';
import type { ModelMessage } from 'ai';
import { askFor } from '#models/index.ts';
import { loadPrompt } from '#prompts/load-prompt.ts';
import { type RepositoryReader, ToolError } from '#tools/index.ts';
import { checkCitations, type CitedFile } from '#workflows/chat-turn/citations.ts';
import { type ContextBlock, newMark, writeBlocks } from '#workflows/chat-turn/prompt.ts';
import { type ArchitectAnswer, architectAnswer } from '#workflows/issue-writing/answer-shape.ts';
import { renderBody, renderIssue } from '#workflows/issue-writing/markdown.ts';
import { normaliseDocument } from '#workflows/issue-writing/normalise.ts';
import { rankFiles } from '#workflows/issue-writing/rank-files.ts';

export interface IssueWish {
  readonly model: LanguageModelV4;
  readonly project: string;
  /** What the person wants, in their own words; may be empty when the blocks say it. */
  readonly wish: string;
  readonly blocks: readonly ContextBlock[];
  /** What it says now, when it is written again, and what should be different. */
  readonly before: IssueDocument | null;
  readonly instructions: string | null;
  /** What was asked and answered before; null when nothing was asked yet, and something may be. */
  readonly answers: readonly { readonly question: string; readonly answer: string }[] | null;
  /** Labels of the repository. */
  readonly labels: readonly string[];
  readonly reader: Pick<RepositoryReader, 'search' | 'file'>;
  readonly signal: AbortSignal;
}

export interface WrittenIssue {
  readonly document: IssueDocument;
  readonly labels: string[];
  readonly priority: IssuePriority;
  readonly complexity: Complexity;
  readonly citations: Citation[];
}

export type IssueAnswer =
  | {
      readonly questions: readonly {
        readonly text: string;
        readonly why: string;
        readonly options: readonly string[];
      }[];
    }
  | { readonly written: WrittenIssue };

/** Questions that are put to a person at once. */
const mostQuestions = 3;

/**
 * Has the architect write an issue, or ask. A citation that is not in the code goes back to it once; one that stays is kept, so that people see
 * it marked. How sure the files are is the search's to say. Throws what `askFor` throws.
 */
export async function writeIssue(wish: IssueWish): Promise<IssueAnswer> {
  const mayAsk = wish.answers === null;
  const mark = newMark();
  const instructions = loadPrompt('architect', { project: oneLine(wish.project), mark });
  const messages: ModelMessage[] = [{ role: 'user', content: requestOf(wish, mark, mayAsk) }];
  const ask = () =>
    askFor({
      model: wish.model,
      schema: architectAnswer,
      name: 'issue',
      instructions,
      messages,
      signal: wish.signal,
      check: (answer) => problemsOf(answer, mayAsk),
    });
  const first = await ask();
  if (first.issue === null) return { questions: first.questions.slice(0, mostQuestions) };
  const fileAt = rememberFiles(wish);
  const document = toDocument(first.issue);
  const citations = await checkCitations(renderBody(document), fileAt);
  const wrong = citations.filter(({ state }) => state === 'missing');
  if (wrong.length === 0) return { written: await finish(wish, first.issue, document, citations, fileAt) };
  messages.push({ role: 'assistant', content: JSON.stringify(first) }, { role: 'user', content: complaintOf(wrong) });
  const second = await ask();
  const issue = second.issue ?? first.issue;
  const mended = toDocument(issue);
  return { written: await finish(wish, issue, mended, await checkCitations(renderBody(mended), fileAt), fileAt) };
}

function requestOf(
  { wish, blocks, before, instructions, answers, labels }: IssueWish,
  mark: string,
  mayAsk: boolean,
): string {
  const given = [
    ...blocks,
    ...(labels.length === 0 ? [] : [{ title: 'Labels of the repository', text: labels.join('\n') }]),
    ...(before === null ? [] : [{ title: 'The issue as it stands', text: renderIssue(before) }]),
  ];
  const told = (answers ?? []).map(({ question, answer }) => `You asked: ${question}\nThe person answered: ${answer}`);
  return [
    writeBlocks(given, mark),
    wish === '' ? 'Write an issue of what was said above.' : `The wish of the person:\n${wish}`,
    ...(before === null ? [] : ['Write the issue again. Keep what is right in it.']),
    ...(instructions === null ? [] : [`What should be different:\n${instructions}`]),
    ...told,
    mayAsk ? 'You may ask first.' : 'You may not ask any more. Write the issue.',
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

function problemsOf({ questions, issue }: ArchitectAnswer, mayAsk: boolean): string[] {
  if (issue !== null) return issue.criteria.length === 0 ? ['issue.criteria: give at least one'] : [];
  if (!mayAsk) return ['issue: write it now; questions are not answered any more'];
  return questions.length === 0 ? ['issue: either ask questions or write the issue'] : [];
}

function complaintOf(wrong: readonly Citation[]): string {
  const list = wrong.map(({ text }) => `- ${text}`).join('\n');
  return `These citations are not in the code:\n${list}\nGive the whole answer again with citations from the context only, or without that evidence.`;
}

/** Cuts what is too long rather than losing an answer for it; the rest is as the contract wants it. */
function toDocument(issue: NonNullable<ArchitectAnswer['issue']>): IssueDocument {
  const short = (text: string) => text.slice(0, 2000);
  const long = (text: string) => text.slice(0, 20_000);
  return normaliseDocument(
    issueDocument.parse({
      title: issue.title.trim() === '' ? 'Untitled' : issue.title,
      problem: long(issue.problem),
      evidence: issue.evidence
        .slice(0, 50)
        .map(({ cite, note }) => ({ cite: cite === null ? null : short(cite), note: short(note) })),
      current: long(issue.current),
      wanted: long(issue.wanted),
      criteria: issue.criteria.slice(0, 50).map(({ text, check }, place) => ({
        id: `AC${place + 1}`,
        text: short(text),
        check: { kind: check.kind, how: short(check.how) },
      })),
      files: issue.files.slice(0, 30).map(({ path, symbol, why }) => ({
        path: short(path),
        symbol: symbol === null ? null : short(symbol),
        confidence: 0.5,
        why: short(why),
      })),
      outOfScope: issue.outOfScope.slice(0, 50).map(short),
      risks: issue.risks.slice(0, 50).map(short),
      notes: long(issue.notes),
    }),
  );
}

type FileAt = (path: string) => Promise<CitedFile | null>;

function rememberFiles({ reader, signal }: IssueWish): FileAt {
  const seen = new Map<string, Promise<CitedFile | null>>();
  return (path) => {
    const found = seen.get(path) ?? orNothing(reader.file(path, signal), null);
    seen.set(path, found);
    return found;
  };
}

async function finish(
  { reader, signal, labels }: IssueWish,
  issue: NonNullable<ArchitectAnswer['issue']>,
  document: IssueDocument,
  citations: Citation[],
  fileAt: FileAt,
): Promise<WrittenIssue> {
  const query = `${document.title}\n${document.problem}\n${document.wanted}`.slice(0, 4000);
  const found = await orNothing(reader.search({ query, mode: 'ranked', limit: 20 }, signal), null);
  const files = await rankFiles(document.files, { hits: found?.hits ?? [], citations, fileAt });
  const known = new Map(labels.map((label) => [label.toLowerCase(), label]));
  return {
    document: { ...document, files },
    // What the repository does not have was not asked for.
    labels: [...new Set(issue.labels.flatMap((label) => known.get(label.trim().toLowerCase()) ?? []))].slice(0, 20),
    priority: issue.priority,
    complexity: issue.complexity,
    citations,
  };
}

/** Without an index nothing can be looked up, and the issue is written all the same. */
async function orNothing<T>(asked: Promise<T>, nothing: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ToolError) return nothing;
    throw error;
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}
