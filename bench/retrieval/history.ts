import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { HistoryCommit } from '../../packages/engine/src/codebase/rank/history.ts';

interface Commit extends HistoryCommit {
  readonly time: number;
}

/** Histories of many commits of one repository: git walks it once, and a list of ancestors picks what each may see. */
export interface Histories {
  /** At most 10,000 commits of five years, ancestors of the commit only. */
  of(commit: string): Commit[];
}

export function openHistories(gitDir: string, cache: string, commits: readonly string[]): Histories {
  const git = (args: readonly string[], input = '') =>
    execFileSync('git', ['--git-dir', gitDir, ...args], { input, maxBuffer: 2 ** 31 - 1 }).toString('utf8');
  const file = `${cache}/history-${commits.length}.txt`;
  if (!existsSync(file)) {
    const format = '--format=%x02%H%x01%ct%x01%B%x03';
    writeFileSync(
      file,
      git(['log', '--no-merges', '--name-only', '-z', '--no-renames', format, '--stdin'], commits.join('\n')),
    );
  }
  const known = new Map(readFileSync(file, 'utf8').split('\x02').flatMap(toCommit));
  return {
    of(commit) {
      const time = Number(git(['log', '-1', '--format=%ct', commit]));
      const oldest = time - 5 * 365.25 * 86_400;
      const ids = git(['rev-list', '--no-merges', '--max-count=10000', commit]).trim().split('\n');
      return ids.flatMap((id) => known.get(id) ?? []).filter((one) => one.time >= oldest);
    },
  };
}

function toCommit(record: string): [string, Commit][] {
  const end = record.indexOf('\x03');
  if (end < 0) return [];
  const [id = '', time = '', message = ''] = record.slice(0, end).split('\x01');
  const paths = record
    .slice(end + 1)
    .split('\0')
    .map((path) => path.replace(/^\n/, ''))
    .filter(Boolean);
  return [[id, { time: Number(time), message, paths }]];
}
