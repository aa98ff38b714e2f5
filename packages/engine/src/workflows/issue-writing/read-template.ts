import { parse } from 'yaml';
import { z } from 'zod';

/** What a repository asks of issues: headings that have to be there. */
export interface IssueTemplate {
  readonly path: string;
  readonly name: string;
  readonly sections: readonly string[];
  readonly labels: readonly string[];
}

const labels = z.union([z.array(z.string()), z.string().transform((text) => text.split(',').map((it) => it.trim()))]);
const frontMatter = z.object({
  name: z.string().optional().catch(undefined),
  labels: labels.optional().catch(undefined),
});
const form = frontMatter.extend({
  body: z.array(
    z.object({
      type: z.string(),
      attributes: z.object({ label: z.string().optional() }).optional(),
      validations: z.object({ required: z.boolean().optional() }).optional(),
    }),
  ),
});

/** Reads a template of `.github/ISSUE_TEMPLATE`, written as Markdown or as a form. Null for what is none, such as `config.yml`. */
export function readTemplate(path: string, text: string): IssueTemplate | null {
  const file = path.split('/').at(-1) ?? path;
  const name = file.replace(/\.\w+$/, '');
  if (/\.ya?ml$/i.test(file)) {
    const read = form.safeParse(yamlIn(text));
    if (!read.success) return null;
    const asked = read.data.body.filter(
      ({ type, validations }) => type !== 'markdown' && validations?.required === true,
    );
    const sections = asked.flatMap(({ attributes }) => attributes?.label ?? []);
    return { path, name: read.data.name ?? name, sections, labels: read.data.labels ?? [] };
  }
  if (!/\.md$/i.test(file)) return null;
  const [, head = '', rest = text] = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text) ?? [];
  const facts = frontMatter.safeParse(yamlIn(head));
  const sections = [...rest.matchAll(/^(?:#{2,4} (.+)|\*\*([^*\n]+)\*\*)\s*$/gm)]
    .map(([, heading, bold]) => (heading ?? bold ?? '').replace(/\s*#+$/, '').trim())
    // A heading that is optional says so.
    .filter((heading) => heading !== '' && !/optional|if applicable/i.test(heading));
  const { name: given, labels: wanted } = facts.success ? facts.data : {};
  return { path, name: given ?? name, sections, labels: wanted ?? [] };
}

function yamlIn(text: string): unknown {
  try {
    // Aliases would let a small file become a large one.
    return parse(text.slice(0, 100_000), { maxAliasCount: 0, logLevel: 'silent' }) ?? {};
  } catch {
    // A template that nobody can read asks for nothing.
    return {};
  }
}
