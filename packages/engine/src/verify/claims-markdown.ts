import type { Claim, ClaimResult, CriterionResult } from '#verify/claims-table.ts';

const signs = { passed: '✅ passed', failed: '❌ failed', unverified: '⚠️ unverified' };

/** The table of a pull request: a row for each check of each criterion. Names from models and repositories cannot break out of their cells. */
export function claimsMarkdown(criteria: readonly CriterionResult[]): string {
  const rows = criteria.flatMap(({ text, result, checks }) =>
    checks.length === 0
      ? [[cell(text), '–', signs[result], 'Nothing was named that shows it.']]
      : checks.map((check, index) => [index === 0 ? cell(text) : '', ...cellsOf(check)]),
  );
  const lines = [['Criterion', 'Check', 'Result', 'Why'], ['---', '---', '---', '---'], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellsOf({ claim, result, reason }: ClaimResult): string[] {
  return [checkOf(claim), signs[result], cell(reason)];
}

function checkOf(claim: Claim): string {
  switch (claim.kind) {
    case 'test':
      return `test ${code(claim.test)}`;
    case 'check':
      return claim.check === 'test' ? 'all tests' : claim.check;
    case 'command':
      return code(claim.command);
    case 'review':
      return `review by ${cell(claim.by)}`;
  }
}

/** Nothing in it is a link, a mention, HTML or the end of the cell. */
function cell(text: string): string {
  return short(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]()|~#!]/g, String.raw`\$&`)
    .replaceAll('@', '@\u200b')
    .replaceAll('://', ':\u200b//');
}

function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${short(text).replaceAll('|', String.raw`\|`)}${space}${fence}`;
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
