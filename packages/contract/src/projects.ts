import { z } from 'zod';
import { procedure, projectProcedure } from '#access.ts';
import { failure } from '#errors.ts';
import { gitRef, repositoryFullName } from '#git.ts';
import { person } from '#accounts.ts';
import { idSchema } from '#ids.ts';
import { job } from '#jobs.ts';
import { pageOf, pageRequest } from '#paging.ts';
import { givenRole, role } from '#roles.ts';

/** Where a project's files come from. */
export const projectSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('folder'), path: z.string().min(1).max(4096) }),
  z.strictObject({ kind: z.literal('git'), url: z.string().min(1).max(2048) }),
  /** A repository on GitHub, private ones too, read with the owner's own connection. */
  z.strictObject({ kind: z.literal('github'), repository: repositoryFullName }),
]);
export type ProjectSource = z.infer<typeof projectSource>;

export const project = z.object({
  id: idSchema('project'),
  name: z.string(),
  ownerId: idSchema('user'),
  /** The asking person's role in it. */
  role,
  origin: z.enum(['connected', 'generated', 'learning']),
  source: projectSource,
  /** The branch or tag that is indexed; null follows a folder's working tree or a remote's default branch. */
  ref: z.string().nullable(),
  /** connecting: the first clone or capture has not ended; failed: it ended badly, see `failure`. */
  status: z.enum(['connecting', 'ready', 'failed']),
  failure: failure.nullable(),
  archived: z.boolean(),
  /** The commit (or, for a folder without one, the tree) that is indexed now. */
  commit: z.string().nullable(),
  fileCount: z.number().int().nullable(),
  /** The most recent job that reads its code (`readsProject`) and has not ended, if any. */
  activeJobId: idSchema('job').nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  indexedAt: z.iso.datetime().nullable(),
});
export type Project = z.infer<typeof project>;

export const projectName = z.string().trim().min(1).max(200);

/** What can be known of a source before it is connected. */
export const sourceInspection = z.object({
  source: projectSource,
  suggestedName: z.string(),
  defaultRef: z.string().nullable(),
  branches: z.array(z.string()),
  tags: z.array(z.string()),
  /** True when the list was cut at 1,000 names. */
  truncated: z.boolean(),
});
export type SourceInspection = z.infer<typeof sourceInspection>;

/** Somebody with a role in a project. */
export const member = z.object({ person, role, since: z.iso.datetime() });
export type Member = z.infer<typeof member>;

/** A role that waits for somebody to take it. */
export const invitation = z.object({
  id: idSchema('invitation'),
  projectId: idSchema('project'),
  projectName: z.string(),
  /** The name on GitHub of who is invited. */
  username: z.string(),
  role: givenRole,
  invitedBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type Invitation = z.infer<typeof invitation>;

/** A name on GitHub: letters, digits and single hyphens, at most 39 (docs.github.com, Username considerations). */
export const githubUsername = z
  .string()
  .trim()
  .max(39)
  .regex(/^[a-z\d](?:[a-z\d]|-(?=[a-z\d]))*$/i, 'not a name on GitHub');

const projectInput = z.strictObject({ id: idSchema('project') });

/** A secret for one connection: kept encrypted, given to git through its environment, never returned. */
const accessToken = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^[\x21-\x7e]+$/, 'not an access token');

export const projectsContract = {
  list: procedure('person')
    .route({ method: 'GET', path: '/v1/projects', summary: 'List projects, newest first', tags: ['projects'] })
    .meta({ tool: { name: 'projects', description: 'The projects that can be asked about, with their ids.' } })
    .input(
      z.strictObject({
        ...pageRequest(50),
        archived: z.boolean().default(false),
        query: z.string().max(200).optional(),
      }),
    )
    .output(pageOf(project)),
  inspect: procedure('person')
    .meta({ limit: 'repositories' })
    .route({
      method: 'POST',
      path: '/v1/sources/inspect',
      summary: 'Check a folder or URL; list its branches and tags',
      tags: ['projects'],
    })
    .input(z.strictObject({ source: projectSource, token: accessToken.optional() }))
    .output(sourceInspection),
  connect: procedure('person')
    .route({
      method: 'POST',
      path: '/v1/projects',
      summary: 'Connect a repository and index it',
      tags: ['projects'],
      successStatus: 202,
    })
    .input(
      z.strictObject({
        source: projectSource,
        name: projectName.optional(),
        ref: gitRef.optional(),
        token: accessToken.optional(),
      }),
    )
    .output(z.object({ project, job })),
  get: projectProcedure('project.read')
    .route({ method: 'GET', path: '/v1/projects/{id}', summary: 'One project', tags: ['projects'] })
    .input(projectInput)
    .output(project),
  refs: projectProcedure('project.read')
    .meta({ limit: 'repositories' })
    .route({
      method: 'GET',
      path: '/v1/projects/{id}/refs',
      summary: 'Branches and tags of a project',
      tags: ['projects'],
    })
    .input(projectInput)
    .output(sourceInspection),
  update: projectProcedure('project.update')
    .route({
      method: 'PATCH',
      path: '/v1/projects/{id}',
      summary: 'Rename, archive or unarchive a project',
      tags: ['projects'],
    })
    .input(z.strictObject({ id: idSchema('project'), name: projectName.optional(), archived: z.boolean().optional() }))
    .output(project),
  delete: projectProcedure('project.delete')
    .route({
      method: 'DELETE',
      path: '/v1/projects/{id}',
      summary: 'Delete a project and everything Yudai stored about it',
      tags: ['projects'],
    })
    .input(projectInput)
    .output(z.object({ id: idSchema('project') })),
  members: projectProcedure('members.read')
    .route({ method: 'GET', path: '/v1/projects/{id}/members', summary: 'Who is in a project', tags: ['members'] })
    .input(projectInput)
    .output(
      z.object({ items: z.array(member), /** Open ones; only for who may invite. */ invitations: z.array(invitation) }),
    ),
  changeMember: projectProcedure('members.manage')
    .route({
      method: 'PATCH',
      path: '/v1/projects/{id}/members/{userId}',
      summary: 'Give a member another role',
      tags: ['members'],
    })
    .input(z.strictObject({ id: idSchema('project'), userId: idSchema('user'), role: givenRole }))
    .output(member),
  /** Members leave by removing themselves; removing somebody else takes `members.manage`. */
  removeMember: projectProcedure('members.read')
    .route({
      method: 'DELETE',
      path: '/v1/projects/{id}/members/{userId}',
      summary: 'Take a member out, or leave',
      tags: ['members'],
    })
    .input(z.strictObject({ id: idSchema('project'), userId: idSchema('user') }))
    .output(z.object({ id: idSchema('user') })),
  transfer: projectProcedure('project.transfer')
    .route({
      method: 'POST',
      path: '/v1/projects/{id}/transfer',
      summary: 'Make another member the owner',
      tags: ['members'],
    })
    .input(z.strictObject({ id: idSchema('project'), userId: idSchema('user') }))
    .output(project),
  invite: projectProcedure('members.manage')
    .route({
      method: 'POST',
      path: '/v1/projects/{id}/invitations',
      summary: 'Invite somebody by their name on GitHub',
      tags: ['members'],
      successStatus: 201,
    })
    .input(z.strictObject({ id: idSchema('project'), username: githubUsername, role: givenRole }))
    .output(invitation),
  withdrawInvitation: projectProcedure('members.manage')
    .route({
      method: 'DELETE',
      path: '/v1/projects/{id}/invitations/{invitationId}',
      summary: 'Take an invitation back',
      tags: ['members'],
    })
    .input(z.strictObject({ id: idSchema('project'), invitationId: idSchema('invitation') }))
    .output(z.object({ id: idSchema('invitation') })),
  invitations: procedure('person')
    .route({ method: 'GET', path: '/v1/invitations', summary: 'Invitations to the one who asks', tags: ['members'] })
    .input(z.strictObject({}))
    .output(z.object({ items: z.array(invitation) })),
  answerInvitation: procedure('account')
    .route({
      method: 'POST',
      path: '/v1/invitations/{id}',
      summary: 'Accept or decline an invitation',
      tags: ['members'],
    })
    .input(z.strictObject({ id: idSchema('invitation'), accept: z.boolean() }))
    .output(z.object({ projectId: idSchema('project').nullable() })),
};
