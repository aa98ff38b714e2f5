import { confirm } from '@clack/prompts';
import { givenRole, type GivenRole, type Invitation, type Member, type Project } from '@yudai/contract';
import { Argument, type Command, Option } from 'commander';
import { requireSignIn } from '#commands/require-sign-in.ts';
import { chooseProject } from '#connection/choose-project.ts';
import { CliError } from '#exit-codes.ts';
import { withCommonOptions, withExamples } from '#options.ts';
import { formatTime } from '#output/numbers.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';
import { formatTable } from '#output/table.ts';
import { type Cli, type CommonOptions, type Session, withSession } from '#run-command.ts';
import type { Terminal } from '#terminal.ts';

export function addMembers(program: Command, cli: Cli): void {
  const members = program.command('members').description('who is in a project, and in which role');

  withCommonOptions(members.command('list', { isDefault: true }))
    .description('list the members and the open invitations')
    .argument('<project>', 'id, name or folder')
    .action((named: string, _options: unknown, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const { id } = await chooseProject(connection.client, terminal, named);
        const data = await connection.client.projects.members({ id }, { signal: terminal.signal });
        return { data, text: (style) => formatMembers(data.items, data.invitations, style) };
      }),
    );

  withCommonOptions(members.command('invite'))
    .description('invite somebody by their name on GitHub')
    .argument('<project>', 'id, name or folder')
    .argument('<username>', 'their name on GitHub')
    .addOption(new Option('-r, --role <role>', 'what they may do').choices(givenRole.options).default('member'))
    .action((named: string, username: string, { role }: { role: GivenRole }, command: Command) =>
      withSession(cli, command, async (session) => {
        const { client, project, signal } = await open(session, named);
        const data = await client.projects.invite({ id: project.id, username, role }, { signal });
        const until = formatTime(data.expiresAt);
        return { data, text: () => `${safeText(data.username)} is invited as ${data.role}, until ${until}.` };
      }),
    );

  withCommonOptions(members.command('role'))
    .description('give a member another role')
    .argument('<project>', 'id, name or folder')
    .argument('<person>', 'name on GitHub, name or id of a member')
    .addArgument(new Argument('<role>', 'what they may do').choices(givenRole.options))
    .action((named: string, person: string, role: GivenRole, _options: unknown, command: Command) =>
      withSession(cli, command, async (session) => {
        const { client, project, signal } = await open(session, named);
        const userId = (await memberNamed(session, project, person)).person.id;
        const data = await client.projects.changeMember({ id: project.id, userId, role }, { signal });
        return { data, text: () => `${safeText(data.person.name)} is ${data.role} now.` };
      }),
    );

  withCommonOptions(members.command('remove'))
    .description('take a member out, or leave by naming yourself; what they started there is stopped')
    .argument('<project>', 'id, name or folder')
    .argument('<person>', 'name on GitHub, name or id of a member')
    .option('-y, --yes', 'do not ask')
    .action((named: string, person: string, options: CommonOptions & { yes?: boolean }, command: Command) =>
      withSession(cli, command, async (session) => {
        const { client, project, signal } = await open(session, named);
        const member = await memberNamed(session, project, person);
        if (options.yes !== true) await requireConsent(session.terminal, member, project, options.json === true);
        const data = await client.projects.removeMember({ id: project.id, userId: member.person.id }, { signal });
        return { data, text: () => `${safeText(member.person.name)} is not in ${safeText(project.name)} any more.` };
      }),
    );

  withExamples(
    members,
    'yudai members demo',
    'yudai members invite demo grace --role maintainer',
    'yudai members role demo grace viewer',
    'yudai members remove demo grace --yes --json',
  );
}

async function open(session: Session, named: string) {
  await requireSignIn(session);
  const { connection, terminal } = session;
  const { signal } = terminal;
  return { client: connection.client, project: await chooseProject(connection.client, terminal, named), signal };
}

/** Throws `not_found` when nobody in the project is called so, `bad_request` when several are. */
async function memberNamed({ connection, terminal }: Session, { id, name }: Project, named: string): Promise<Member> {
  const { items } = await connection.client.projects.members({ id }, { signal: terminal.signal });
  const exact = items.filter(
    ({ person }) => person.id === named || person.username?.toLowerCase() === named.toLowerCase(),
  );
  const matches = exact.length > 0 ? exact : items.filter(({ person }) => person.name === named);
  const [match] = matches;
  if (match === undefined)
    throw new CliError('not_found', `Nobody in ${name} is called "${named}". \`yudai members\` lists them.`);
  if (matches.length > 1) {
    const ids = matches.map(({ person }) => person.id).join(', ');
    throw new CliError('bad_request', `Several members are called "${named}". Use an id: ${ids}.`);
  }
  return match;
}

async function requireConsent(terminal: Terminal, { person }: Member, project: Project, json: boolean): Promise<void> {
  if (terminal.stdin.isTTY !== true || json) {
    throw new CliError('bad_request', `Add --yes to take ${person.name} out of "${project.name}".`);
  }
  const message = safeText(`Take ${person.name} out of "${project.name}" and stop what they started there?`);
  const answer = await confirm({ message, initialValue: false, output: terminal.stderr });
  if (answer !== true) throw new CliError('cancelled', 'Nobody was taken out.');
}

function formatMembers(members: readonly Member[], invitations: readonly Invitation[], style: Style): string {
  const rows = members.map(({ person, role, since }) => [
    style('bold', safeText(person.name)),
    person.username === null ? '' : safeText(person.username),
    role,
    `since ${formatTime(since)}`,
    style('dim', person.id),
  ]);
  const invited = invitations.map(({ id, username, role, expiresAt }) => [
    style('cyan', 'invited'),
    safeText(username),
    role,
    `until ${formatTime(expiresAt)}`,
    style('dim', id),
  ]);
  return formatTable([...rows, ...invited]);
}
