/** The numbers of the jobs. Durations in milliseconds. */
export interface JobsSettings {
  /** How often a node says that it lives, and looks for what it was not told. */
  readonly heartbeatMs: number;
  /** A node that was not seen for so long is dead though its process lives. Several heartbeats, so that a busy moment is not a death. */
  readonly deadAfterMs: number;
  /** How long work may take to tidy up once its signal is aborted. */
  readonly stopGraceMs: number;
  /** How often a job may be begun without finishing a step before it is given up. */
  readonly maxStalls: number;
  /** How long a direct job waits for its own node before any node may start it. */
  readonly directPatienceMs: number;
  /** How long the journal may take to bring a job up before it is asked again. */
  readonly engageMs: number;
  /** How many jobs of one person may be open: queued, running or waiting for an answer. */
  readonly openPerOwner: number;
  readonly cleanupEveryMs: number;
  /** Results, payloads of questions and steps of a finished job are kept so long, */
  readonly resultsKeptMs: number;
  /** and its row, for the history, so long. */
  readonly rowsKeptMs: number;
}

const hour = 3_600_000;

export const standardSettings: JobsSettings = {
  heartbeatMs: 1000,
  deadAfterMs: 4000,
  stopGraceMs: 5000,
  maxStalls: 10,
  directPatienceMs: 2000,
  engageMs: 10_000,
  openPerOwner: 1000,
  cleanupEveryMs: hour,
  resultsKeptMs: 48 * hour,
  rowsKeptMs: 14 * 24 * hour,
};

/** Where nodes share a database, another takes over within a second: it looks as often as it beats. */
export const sharedSettings: Pick<JobsSettings, 'heartbeatMs'> = { heartbeatMs: 300 };
