import { type Variable, type VariableName, variables } from '#platform/config/variables.ts';

export type ValueOf<N extends VariableName> = (typeof variables)[N] extends Variable<infer T> ? T : never;

/** Reads variables by name; what is not right is noted among the problems and read as if it were not set. */
export function reader(env: Readonly<Record<string, string | undefined>>, problems: string[]) {
  return function read<N extends VariableName>(name: N): ValueOf<N> | undefined {
    // The table's own type says which value each name gives.
    const { kind, standard } = variables[name] as Variable<ValueOf<N>>;
    const given = env[name]?.trim() ?? '';
    const text = given === '' ? standard : given;
    if (text === '') return undefined;
    const parsed = kind.parse(text);
    if (parsed === null) problems.push(`${name} must be ${kind.wanted}.`);
    return parsed?.value;
  };
}

export type Read = ReturnType<typeof reader>;
