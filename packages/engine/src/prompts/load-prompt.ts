import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type PromptName =
  | 'architect'
  | 'architect-plan'
  | 'coder'
  | 'daifu'
  | 'foreign-coder'
  | 'ideas'
  | 'memories'
  | 'sum-up'
  | 'sum-up-work'
  | 'tester';

const cache = new Map<string, string>();

/** A prompt of this folder with its `{{names}}` filled in. Throws for a name that is left over, because a model would see it. */
export function loadPrompt(name: PromptName, values: Readonly<Record<string, string>>): string {
  const template = cache.get(name) ?? readFileSync(join(import.meta.dirname, `${name}.md`), 'utf8');
  cache.set(name, template);
  return template
    .replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => {
      const value = values[key];
      if (value === undefined) throw new Error(`The prompt '${name}' needs a value for '${key}'.`);
      return value;
    })
    .trim();
}
