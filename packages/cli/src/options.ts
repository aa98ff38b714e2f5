import { type Command, InvalidArgumentError, Option } from 'commander';

/** An option's whole number within limits; anything else is a usage error. */
export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`);
  };
}

export function limitOption(maximum: number, standard: number): Option {
  return new Option('-n, --limit <number>', `at most so many (1–${maximum})`)
    .argParser(wholeNumber(1, maximum))
    .default(standard);
}

export function projectOption(): Option {
  return new Option('-p, --project <project>', 'id, name or folder of a project (default: the one of this folder)');
}

/** Adds what every command has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--json', 'one JSON document on stdout')
    .option('--url <url>', 'a running server (default: YUDAI_URL, or the one that uses the data directory)')
    .option('--data <folder>', 'the data directory (default: YUDAI_DATA, or ~/.local/share/yudai)');
}

/** Shows examples at the end of a command's help. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`);
}
