import type { IssueDocument } from '@yudai/contract';
import { readEvidence, writeEvidence } from '#workflows/issue-writing/evidence-line.ts';

/**
 * The form of a document that Markdown keeps exactly: prose without white space around it, lines without breaks, nothing empty, and none of
 * Yudai's own marks, by which a published issue is found again.
 */
export function normaliseDocument(document: IssueDocument): IssueDocument {
  const lines = (all: readonly string[]) => all.map(line).filter((text) => text !== '');
  return {
    title: line(document.title),
    problem: prose(document.problem),
    evidence: document.evidence.map(evidence).filter(({ cite, note }) => cite !== null || note !== ''),
    current: prose(document.current),
    wanted: prose(document.wanted),
    criteria: document.criteria
      .map(({ id, text, check }) => ({ id, text: line(text), check: checkOf(check) }))
      .filter(({ text }) => text !== ''),
    files: document.files
      .map(({ path, symbol, confidence, why }) => ({
        path: name(path),
        symbol: symbol === null || name(symbol) === '' ? null : name(symbol),
        confidence: Math.round(confidence * 100) / 100,
        why: line(why),
      }))
      .filter(({ path }) => path !== ''),
    outOfScope: lines(document.outOfScope),
    risks: lines(document.risks),
    notes: prose(document.notes),
  };
}

type Evidence = IssueDocument['evidence'][number];

function evidence({ cite, note }: Evidence): Evidence {
  const named = cite === null ? '' : name(cite);
  return readEvidence(writeEvidence({ cite: named === '' ? null : named, note: line(note) }));
}

function checkOf(check: IssueDocument['criteria'][number]['check']) {
  const how = check === null ? '' : line(check.how);
  return check === null || how === '' ? null : { kind: check.kind, how };
}

function prose(text: string): string {
  return withoutMarks(text.replaceAll(/\r\n?/g, '\n')).trim();
}

function line(text: string): string {
  return withoutMarks(text).replaceAll(/\s+/g, ' ').trim();
}

/** What stands between backticks has none itself. */
function name(text: string): string {
  return line(text.replaceAll('`', ' '));
}

/** Taking one mark out may leave another behind. */
function withoutMarks(text: string): string {
  const without = text.replaceAll(/<!--\s*yudai:[^>]*-->/gi, '');
  return without === text ? text : withoutMarks(without);
}
