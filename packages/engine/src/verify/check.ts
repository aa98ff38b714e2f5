import type { ReportFormat } from '#verify/read-report.ts';

export type CheckKind = 'test' | 'lint' | 'types' | 'build';

/** Something a project offers to tell whether it is right. */
export interface Check {
  readonly kind: CheckKind;
  /** Where its command runs, from the root of the work tree; the root is the empty string. */
  readonly directory: string;
  /** A line for `sh`. `$YUDAI_REPORT` in it is a file outside of the work tree that does not exist yet. */
  readonly command: string;
  /** What runs it: `vitest`, `pytest`, `go`, `make`, `eslint`, …, as far as it is known. */
  readonly runner: string;
  /** How what it reports is read; null where only its exit code speaks. */
  readonly report: ReportSource | null;
  readonly setup: SetUp;
}

export interface ReportSource {
  readonly format: ReportFormat;
  /** `file` is `$YUDAI_REPORT`; `files` are those of `pattern` in the check's directory; `output` is all that the command printed. */
  readonly from: 'file' | 'files' | 'output';
  /** For `files`: a glob. Its matches of earlier runs are removed by the command. */
  readonly pattern?: string;
}

/** What has to be done in a fresh work tree before the check can run. */
export interface SetUp {
  readonly directory: string;
  /** Lines for `sh`, in order; they may need the network. */
  readonly commands: readonly string[];
  /** Files that decide what the commands install: while none of them changes, their result can be used again. */
  readonly cacheKey: readonly string[];
}

/** The files of a repository, as far as finding its checks needs them. Paths are from the root of the work tree. */
export interface ProjectFiles {
  readonly paths: readonly string[];
  /** Null where there is no such file, or where it was not read. */
  text(path: string): string | null;
}

/** The environment variable that names the file of the report. */
export const reportVariable = 'YUDAI_REPORT';

export const reportFile = `"$${reportVariable}"`;
