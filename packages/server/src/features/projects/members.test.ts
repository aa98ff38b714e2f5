import type { Id, Topic } from '@yudai/contract';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#kernel/ids.ts';
import { administrator, startTeamApp, type TeamApp, type TestBrowser } from '#testing/start-team-app.ts';

let app: TeamApp;
const people = new Map<string, TestBrowser & { readonly id: Id<'user'> }>();
beforeAll(async () => {
  app = await startTeamApp();
  for (const name of ['owner', 'ann', 'bob', 'eve', administrator]) {
    const browser = await app.signIn(name);
    people.set(name, { ...browser, id: (await browser.client.accounts.get({})).id });
  }
});
afterAll(() => app.close());

test('a viewer comes in and leaves like everybody else (B10)', async () => {
  const id = await makeProject();
  const invitation = await as('owner').projects.invite({ id, username: 'ann', role: 'viewer' });

  expect(await as('ann').projects.answerInvitation({ id: invitation.id, accept: true })).toEqual({ projectId: id });
  expect(await as('ann').projects.get({ id })).toMatchObject({ role: 'viewer' });
  await as('ann').projects.removeMember({ id, userId: of('ann').id });

  await expect(as('ann').projects.get({ id })).rejects.toMatchObject({ code: 'not_found' });
  expect((await as('owner').projects.members({ id })).items).toHaveLength(1);
});

test('who is invited by their name on GitHub sees it, accepts, and is in with that role (B10)', async () => {
  const id = await makeProject();
  const invitation = await as('owner').projects.invite({ id, username: 'ann', role: 'maintainer' });

  expect(invitation).toMatchObject({
    username: 'ann',
    role: 'maintainer',
    projectName: 'shared',
    invitedBy: 'Owner Example',
  });
  expect((await as('ann').projects.invitations({})).items).toEqual([invitation]);
  expect((await as('bob').projects.invitations({})).items).toEqual([]);
  await expect(as('ann').projects.get({ id })).rejects.toMatchObject({ code: 'not_found' });
  await expect(as('bob').projects.answerInvitation({ id: invitation.id, accept: true })).rejects.toMatchObject({
    code: 'not_found',
  });

  expect(await as('ann').projects.answerInvitation({ id: invitation.id, accept: true })).toEqual({ projectId: id });

  expect(await as('ann').projects.get({ id })).toMatchObject({ role: 'maintainer', ownerId: of('owner').id });
  expect((await as('ann').projects.list({})).items.map((project) => project.id)).toContain(id);
  const { items, invitations } = await as('ann').projects.members({ id });
  expect(items.map(({ person, role }) => [person.username, role])).toEqual([
    ['owner', 'owner'],
    ['ann', 'maintainer'],
  ]);
  expect(JSON.stringify(items)).not.toContain('@');
  expect(invitations).toEqual([]);
  await expect(as('ann').projects.answerInvitation({ id: invitation.id, accept: true })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('a declined, withdrawn or old invitation lets nobody in (B10)', async () => {
  const id = await makeProject();
  const declined = await as('owner').projects.invite({ id, username: 'ann', role: 'viewer' });
  await as('ann').projects.answerInvitation({ id: declined.id, accept: false });
  const withdrawn = await as('owner').projects.invite({ id, username: 'bob', role: 'viewer' });
  await as('owner').projects.withdrawInvitation({ id, invitationId: withdrawn.id });
  const old = await as('owner').projects.invite({ id, username: 'eve', role: 'viewer' });
  await app.database.asSystem((db) =>
    db.execute(sql`update project_invitations set expires_at = now() where id = ${old.id}`),
  );

  for (const [name, invitation] of [
    ['ann', declined],
    ['bob', withdrawn],
    ['eve', old],
  ] as const) {
    await expect(as(name).projects.answerInvitation({ id: invitation.id, accept: true })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(as(name).projects.get({ id })).rejects.toMatchObject({ code: 'not_found' });
  }
  const again = await as('owner').projects.invite({ id, username: 'eve', role: 'member' });
  expect((await as('eve').projects.answerInvitation({ id: again.id, accept: true })).projectId).toBe(id);
});

test('an invitation is to an account, not to a name: who takes the name later is not let in (B10)', async () => {
  const id = await makeProject();
  const invitation = await as('owner').projects.invite({ id, username: 'ann', role: 'admin' });
  await app.database.asSystem((db) => db.execute(sql`update users set username = 'ann' where id = ${of('eve').id}`));

  expect((await as('eve').projects.invitations({})).items).toEqual([]);
  await expect(as('eve').projects.answerInvitation({ id: invitation.id, accept: true })).rejects.toMatchObject({
    code: 'not_found',
  });
  await app.database.asSystem((db) => db.execute(sql`update users set username = 'eve' where id = ${of('eve').id}`));
});

test('nobody is invited twice, who is in already, who does not exist, or above the one who invites (B10)', async () => {
  const id = await makeProject({ ann: 'admin' });
  await as('owner').projects.invite({ id, username: 'bob', role: 'viewer' });
  const refused = (username: string, role: 'admin' | 'viewer', who = 'owner') =>
    as(who)
      .projects.invite({ id, username, role })
      .catch((error: { code: string }) => error.code);

  expect(await refused('bob', 'viewer')).toBe('conflict');
  expect(await refused('ann', 'viewer')).toBe('conflict');
  expect(await refused('nobody-has-this-name', 'viewer')).toBe('not_found');
  expect(await refused('eve', 'admin', 'ann')).toBe('forbidden');
  expect((await as('ann').projects.invite({ id, username: 'eve', role: 'viewer' })).role).toBe('viewer');
});

test('roles are changed by who stands above them before and after, and never one’s own (B10)', async () => {
  const id = await makeProject({ ann: 'admin', bob: 'member', eve: 'admin' });
  const change = (who: string, whom: string, role: 'admin' | 'maintainer' | 'viewer') =>
    as(who)
      .projects.changeMember({ id, userId: of(whom).id, role })
      .then(
        ({ role: now }) => now,
        (error: { code: string }) => error.code,
      );

  expect(await change('ann', 'bob', 'maintainer')).toBe('maintainer');
  expect(await change('ann', 'bob', 'admin')).toBe('forbidden');
  expect(await change('ann', 'eve', 'viewer')).toBe('forbidden');
  expect(await change('ann', 'ann', 'viewer')).toBe('conflict');
  expect(await change('ann', 'owner', 'viewer')).toBe('forbidden');
  expect(await change('bob', 'eve', 'viewer')).toBe('forbidden');
  expect(await change('owner', 'eve', 'viewer')).toBe('viewer');
});

test('who leaves takes nothing along: what they started there is the owner’s, and not theirs to see (B10 B11)', async () => {
  const id = await makeProject({ ann: 'member' });
  const { id: jobId } = await as('ann').codebase.index({ projectId: id });
  await app.app.jobs.drain();
  expect((await as('ann').jobs.get({ id: jobId })).ownerId).toBe(of('ann').id);

  expect(await as('ann').projects.removeMember({ id, userId: of('ann').id })).toEqual({ id: of('ann').id });

  await expect(as('ann').jobs.get({ id: jobId })).rejects.toMatchObject({ code: 'not_found' });
  expect((await as('owner').jobs.get({ id: jobId })).ownerId).toBe(of('owner').id);
  await expect(as('owner').projects.removeMember({ id, userId: of('owner').id })).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('ownership goes to another member, who then is the only owner (B10)', async () => {
  const id = await makeProject({ ann: 'viewer' });
  await expect(as('owner').projects.transfer({ id, userId: of('bob').id })).rejects.toMatchObject({
    code: 'not_found',
  });

  const project = await as('owner').projects.transfer({ id, userId: of('ann').id });

  expect(project).toMatchObject({ role: 'admin', ownerId: of('ann').id });
  await expect(as('owner').projects.delete({ id })).rejects.toMatchObject({ code: 'forbidden' });
  expect(await as('ann').projects.delete({ id })).toEqual({ id });
  await expect(as('owner').projects.get({ id })).rejects.toMatchObject({ code: 'not_found' });
});

test('two who transfer and take out at once leave exactly one owner (B10)', async () => {
  const id = await makeProject({ ann: 'admin', bob: 'admin' });

  await Promise.allSettled([
    as('owner').projects.transfer({ id, userId: of('ann').id }),
    as('owner').projects.transfer({ id, userId: of('bob').id }),
    as('ann').projects.removeMember({ id, userId: of('ann').id }),
  ]);

  const { rows } = await app.database.asSystem((db) =>
    db.execute<{ role: string; same: boolean }>(sql`select m.role, m.user_id = p.owner_id as same from project_members m
      join projects p on p.id = m.project_id where p.id = ${id} and m.role = 'owner'`),
  );
  expect(rows).toEqual([{ role: 'owner', same: true }]);
});

test('every member is told when something about the project changes, and the log says who did it (B12 E4)', async () => {
  const id = await makeProject({ ann: 'maintainer' });
  const seen = app.app.live.subscribe(contextOf('owner'), new Map([[`user:${of('owner').id}` as const, undefined]]), {
    signal: AbortSignal.timeout(20_000),
  });
  const first = seen[Symbol.asyncIterator]().next();
  await as('owner').projects.get({ id });

  await as('ann').projects.update({ id, name: 'renamed' });

  expect((await first).value).toMatchObject({ type: 'project_update', data: { projectId: id, change: 'updated' } });
  const { items } = await as('owner').audit.list({ projectId: id });
  expect(items[0]).toMatchObject({ action: 'project.renamed', actor: { name: 'Ann Example' } });
});

test('who declines is gone from the screens of those who invited, without seeing who they are (B10 E4)', async () => {
  const id = await makeProject({ ann: 'admin' });
  const invitation = await as('owner').projects.invite({ id, username: 'eve', role: 'viewer' });
  const topics = [`user:${of('ann').id}`, `project:${id}`] as const;
  const watching = await Promise.all(topics.map((topic) => nextOf('ann', topic)));

  await as('eve').projects.answerInvitation({ id: invitation.id, accept: false });

  for (const { told } of watching) {
    expect(await told).toMatchObject({ type: 'project_update', data: { projectId: id, change: 'members' } });
  }
  expect((await as('ann').projects.members({ id })).invitations).toEqual([]);
  const { items } = await as('ann').audit.list({ projectId: id });
  expect(items[0]).toMatchObject({ action: 'invitation.declined', actor: { id: of('eve').id, via: 'session' } });
  await expect(as('eve').projects.get({ id })).rejects.toMatchObject({ code: 'not_found' });
});

test('deleting an account deletes its projects and leaves those of others, without what the person did there (M23)', async () => {
  const temp = await app.signIn('temp');
  const { id: tempId } = await temp.client.accounts.get({});
  people.set('temp', { ...temp, id: tempId });
  const [own, shared] = [await makeProject({ ann: 'viewer' }, 'temp'), await makeProject({ temp: 'member' })];

  const preview = await temp.client.accounts.previewDeletion({});
  expect(preview).toMatchObject({ projects: [{ id: own, otherMembers: 1 }], memberships: 1 });
  await temp.client.accounts.delete({ confirmation: 'temp' });

  await expect(as('ann').projects.get({ id: own })).rejects.toMatchObject({ code: 'not_found' });
  expect((await as('owner').projects.members({ id: shared })).items.map(({ person }) => person.username)).toEqual([
    'owner',
  ]);
});

function of(name: string) {
  const found = people.get(name);
  if (found === undefined) throw new Error(`${name} has not signed in.`);
  return found;
}

function as(name: string) {
  return of(name).client;
}

function contextOf(name: string) {
  const actor = { userId: of(name).id, name, via: 'session' as const };
  return { actor, signal: new AbortController().signal, requestId: 'test' };
}

/** A project with these members, past the invitations. */
async function makeProject(members: Readonly<Record<string, string>> = {}, owner = 'owner'): Promise<Id<'project'>> {
  const id = newId('project', new Date());
  await app.database.asSystem(async (db) => {
    await db.execute(sql`insert into projects (id, owner_id, name, origin, source_kind, source_address, status, created_at, updated_at)
      values (${id}, ${of(owner).id}, 'shared', 'connected', 'git', 'https://10.0.0.1/a/b', 'ready', now(), now())`);
    for (const [name, role] of Object.entries({ [owner]: 'owner', ...members })) {
      await db.execute(
        sql`insert into project_members (project_id, user_id, role, since) values (${id}, ${of(name).id}, ${role}, now())`,
      );
    }
  });
  return id;
}

/** The first event of a topic from now on, as this person sees it; followed once this resolves. */
async function nextOf(name: string, topic: Topic): Promise<{ readonly told: Promise<unknown> }> {
  const ctx = contextOf(name);
  const from = (await app.app.live.cursors(ctx, [topic])).get(topic);
  const signal = AbortSignal.timeout(20_000);
  const events = app.app.live.subscribe(ctx, new Map([[topic, from]]), { signal });
  return {
    told: events[Symbol.asyncIterator]()
      .next()
      .then(({ value }) => value),
  };
}
