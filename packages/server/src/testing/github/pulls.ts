import { type ApiCall, missing, refusal } from './answers.ts';
import type { EmulatedAnswer, Emulator } from './emulator.ts';
import type { GitRepositories } from './git-repositories.ts';
import { type Json, type JsonObject, objectOf, textOf } from './json.ts';

/** Pull requests as real git sees them: the emulator knows neither missing branches nor what a pull request changes. */
export function createPulls(parts: {
  readonly emulator: Emulator;
  readonly repositories: GitRepositories;
  readonly url: string;
  readonly apiUrl: string;
}) {
  const { emulator, repositories, apiUrl, url } = parts;

  async function create(call: ApiCall, fullName: string) {
    const body = objectOf(call.body);
    const branches = await repositories.branches(fullName);
    const head = textOf(body['head']).replace(/^[^:]*:/, '');
    const base = textOf(body['base']);
    if (!branches.has(head)) return invalid('head');
    if (!branches.has(base)) return invalid('base');
    if (branches.get(head) === branches.get(base)) return unprocessable(`No commits between ${base} and ${head}`);
    const open = await ask(call, `/repos/${fullName}/pulls?state=open&per_page=100`);
    const isSame = (pull: Json) =>
      objectOf(objectOf(pull)['head'])['ref'] === head && objectOf(objectOf(pull)['base'])['ref'] === base;
    if (Array.isArray(open.body) && open.body.some(isSame)) {
      return unprocessable(`A pull request already exists for ${fullName.split('/')[0]}:${head}.`);
    }
    const made = await emulator.ask({ method: 'POST', path: call.path, as: call.caller.as, body: call.body });
    return made.status === 201 ? { ...made, body: await counted(fullName, objectOf(made.body)) } : made;
  }

  /** `head` is `owner:branch`; the emulator does not find a branch with a slash in its name. */
  async function listOfBranch(call: ApiCall, fullName: string) {
    const [owner, branch] = splitOnce(call.query.get('head') ?? '');
    const all = await ask(call, `/repos/${fullName}/pulls?state=${call.query.get('state') ?? 'open'}&per_page=100`);
    if (!Array.isArray(all.body)) return all;
    const isOfBranch = (pull: Json) => objectOf(objectOf(pull)['head'])['ref'] === branch;
    return { ...all, body: owner === fullName.split('/')[0] ? all.body.filter(isOfBranch) : [] };
  }

  async function counted(fullName: string, pull: JsonObject): Promise<JsonObject> {
    const [base, head] = endsOf(pull);
    const files = await repositories.changedFiles(fullName, base, head);
    const sum = (of: 'additions' | 'deletions') => files.reduce((total, file) => total + file[of], 0);
    return { ...pull, changed_files: files.length, additions: sum('additions'), deletions: sum('deletions') };
  }

  async function files(fullName: string, pull: JsonObject): Promise<Json> {
    const [base, head] = endsOf(pull);
    const changed = await repositories.changedFiles(fullName, base, head);
    return changed.map((file) => ({
      sha: file.sha,
      filename: file.path,
      status: file.status,
      additions: file.additions,
      deletions: file.deletions,
      changes: file.additions + file.deletions,
      blob_url: `${url}/${fullName}/blob/${head}/${file.path}`,
      raw_url: `${url}/${fullName}/raw/${head}/${file.path}`,
      contents_url: `${apiUrl}/repos/${fullName}/contents/${file.path}?ref=${head}`,
      patch: file.patch,
      ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
    }));
  }

  const ask = (call: ApiCall, path: string): Promise<EmulatedAnswer> =>
    emulator.ask({ method: 'GET', path, as: call.caller.as });

  return {
    /** The answer to what the emulator does not do; null leaves it to the emulator. */
    async answer(call: ApiCall) {
      const [, fullName, number, rest] = /^\/repos\/([^/]+\/[^/]+)\/pulls(?:\/(\d+)(\/files)?)?$/.exec(call.path) ?? [];
      if (fullName === undefined) return null;
      if (number === undefined && call.method === 'POST') return create(call, fullName);
      if (number === undefined) return call.query.has('head') ? listOfBranch(call, fullName) : null;
      if (call.method !== 'GET') return null;
      const found = await ask(call, `/repos/${fullName}/pulls/${number}`);
      if (found.status !== 200) return missing;
      const pull = objectOf(found.body);
      if (rest !== undefined) return { status: 200, body: await files(fullName, pull) };
      if (!call.accept.includes('.diff')) return { status: 200, body: await counted(fullName, pull) };
      const [base, head] = endsOf(pull);
      return { status: 200, body: `${await repositories.git(fullName, 'diff', `${base}...${head}`)}\n` };
    },
  };
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf(':');
  return [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
}

function endsOf(pull: JsonObject): [base: string, head: string] {
  return [textOf(objectOf(pull['base'])['sha']), textOf(objectOf(pull['head'])['sha'])];
}

function invalid(field: string) {
  const errors = [{ resource: 'PullRequest', field, code: 'invalid' }];
  return { status: 422, body: refusal('Validation Failed', errors) };
}

function unprocessable(message: string) {
  const errors = [{ resource: 'PullRequest', code: 'custom', message }];
  return { status: 422, body: refusal('Validation Failed', errors) };
}
