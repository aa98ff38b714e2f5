import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { IssueEvent, Job, LiveEvent, Project, SolveHead, Topic } from '@yudai/contract';
import { api } from '#lib/client.ts';
import { refresh } from '#lib/live/refresh.ts';
import { isFinished, reduceJob, reduceJobs, reduceProject } from '#lib/live/reducers.ts';

interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/** Brings every cached answer up to date with one event. */
export function applyEvent(queries: QueryClient, event: LiveEvent): void {
  const jobId = jobIdOf(event);
  if (jobId !== null) {
    const queryKey = api.jobs.get.queryKey({ input: { id: jobId } });
    queries.setQueryData(queryKey, (job) => job && reduceJob(job, event));
    // An answer that is on its way may be older than the event. Progress comes often, and the next one mends it.
    if (event.type !== 'progress' && queries.isFetching({ queryKey }) > 0) void refresh(queries, { queryKey });
    updatePages<Job>(queries, api.jobs.list.key({ type: 'infinite' }), (jobs) => reduceJobs(jobs, event));
  }
  if (event.type === 'job_update') applyJobUpdate(queries, event);
  if (event.type === 'project_update') applyProjectUpdate(queries, event.data);
  if (event.type === 'context_card') refreshCards(queries, event.data.card.projectId);
  if (event.type === 'issue_update') refreshIssues(queries, event.data);
  if (event.type === 'solve_update') refreshSolves(queries, event.data.solve);
  // What is shown of its issues, pull requests and commits is asked for again.
  if (event.type === 'github_update') void refresh(queries, { queryKey: api.github.key() });
}

/** Fetches again what belongs to a topic, because events of it may have been missed. */
export function resyncTopic(queries: QueryClient, topic: Topic): void {
  const id = topic.slice(topic.indexOf(':') + 1);
  if (topic.startsWith('job:')) return void refresh(queries, { queryKey: api.jobs.get.key({ input: { id } }) });
  // A conversation and a solve are read again by the screen that shows them.
  if (topic.startsWith('session:') || topic.startsWith('solve:')) return;
  void refresh(queries, { queryKey: api.jobs.key() });
  void refresh(queries, { queryKey: api.projects.list.key() });
  void refresh(queries, { queryKey: api.cards.key() });
  void refresh(queries, { queryKey: api.issues.key() });
  refreshSolveLists(queries);
  if (topic.startsWith('project:')) refreshProject(queries, id);
}

function jobIdOf(event: LiveEvent): string | null {
  if (event.type === 'status' || event.type === 'result' || event.type === 'job_update') return event.data.id;
  if (event.type === 'progress' || event.type === 'step' || event.type === 'error') return event.data.jobId;
  return null;
}

function applyJobUpdate(queries: QueryClient, event: Extract<LiveEvent, { type: 'job_update' }>): void {
  const job = event.data;
  updatePages<Project>(queries, api.projects.list.key({ type: 'infinite' }), (projects) =>
    projects.map((project) => reduceProject(project, event)),
  );
  if (job.projectId !== null) {
    const key = api.projects.get.queryKey({ input: { id: job.projectId } });
    queries.setQueryData(key, (project) => project && reduceProject(project, event));
    if (isFinished(job)) refreshProject(queries, job.projectId);
    else void refresh(queries, { queryKey: analysesKey(job.projectId) });
  }
  // A job that a list does not hold yet, and the counts of the overview, only the server knows.
  void refresh(queries, { queryKey: api.jobs.overview.key() });
  void refresh(queries, { queryKey: api.jobs.list.key() });
  if (isFinished(job)) void refresh(queries, { queryKey: api.projects.list.key() });
  // How a solve stands, and its place in the queue, is partly told by its job alone.
  if (job.kind === 'solver.solve') refreshSolveLists(queries);
  if (job.kind === 'chat.turn') void refresh(queries, { queryKey: api.chat.list.key() });
}

function applyProjectUpdate(queries: QueryClient, update: { projectId: string; change: string }): void {
  void refresh(queries, { queryKey: api.projects.list.key() });
  if (update.change === 'deleted') return;
  refreshProject(queries, update.projectId);
  if (update.change === 'members') {
    void refresh(queries, { queryKey: api.projects.members.key({ input: { id: update.projectId } }) });
  }
  if (update.change === 'indexed' || update.change === 'corrected') refreshCodebase(queries, update.projectId);
  if (update.change !== 'indexed') return;
  // How they stand to the code may be another now.
  refreshCards(queries, update.projectId);
  // The checks and the set-up that are found in it.
  const { projectId } = update;
  void refresh(queries, { queryKey: api.solver.settings.key({ input: { projectId } }) });
}

function refreshProject(queries: QueryClient, id: string): void {
  void refresh(queries, { queryKey: api.projects.get.key({ input: { id } }) });
  void refresh(queries, { queryKey: analysesKey(id) });
}

function refreshCodebase(queries: QueryClient, projectId: string): void {
  void refresh(queries, {
    queryKey: api.codebase.key(),
    predicate: (query) => JSON.stringify(query.queryKey).includes(projectId),
  });
}

function refreshCards(queries: QueryClient, projectId: string): void {
  void refresh(queries, {
    queryKey: api.cards.key(),
    predicate: (query) => JSON.stringify(query.queryKey).includes(projectId),
  });
}

/** What an event does not tell of, such as the text and counts, is asked for again. */
function refreshIssues(queries: QueryClient, event: IssueEvent): void {
  const { projectId } = event.what === 'issue' ? event.issue : event.idea;
  void refresh(queries, {
    queryKey: api.issues.key(),
    predicate: (query) => JSON.stringify(query.queryKey).includes(projectId),
  });
}

/** Rows are renewed in place; a row that is not there yet, counts and places in the queue only the server knows. */
function refreshSolves(queries: QueryClient, solve: SolveHead): void {
  updatePages<SolveHead>(queries, api.solver.list.key({ type: 'infinite' }), (solves) =>
    solves.map((known) => (known.id === solve.id ? solve : known)),
  );
  refreshSolveLists(queries);
}

function refreshSolveLists(queries: QueryClient): void {
  void refresh(queries, { queryKey: api.solver.list.key() });
  void refresh(queries, { queryKey: api.solver.statistics.key() });
  void refresh(queries, { queryKey: api.solver.health.key() });
}

function analysesKey(projectId: string) {
  return api.codebase.analyses.key({ input: { projectId } });
}

function updatePages<T>(queries: QueryClient, queryKey: readonly unknown[], update: (items: T[]) => T[]): void {
  queries.setQueriesData<InfiniteData<Page<T>>>({ queryKey }, (data) => {
    if (data === undefined) return data;
    return { ...data, pages: data.pages.map((page) => ({ ...page, items: update(page.items) })) };
  });
}
