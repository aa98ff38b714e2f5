import { type Check, type ProjectFiles, type SetUp, reportFile } from '#verify/check.ts';
import { inDirectory } from '#verify/find/in-directory.ts';

/** RSpec writes a report; of anything else that a Gemfile brings, such as Minitest behind Rake, only the exit code is known. */
export function findRubyChecks(files: ProjectFiles, directory: string): Check[] {
  const setup = setUpOf(files, directory, 'bundle install', ['Gemfile.lock', 'Gemfile']);
  const text = files.text(inDirectory(directory, 'Gemfile')) ?? '';
  const lint: Check[] = /\brubocop\b/.test(text)
    ? [{ kind: 'lint', directory, command: 'bundle exec rubocop', runner: 'rubocop', report: null, setup }]
    : [];
  if (/\brspec\b/.test(text) || files.paths.includes(inDirectory(directory, '.rspec'))) {
    const command = `bundle exec rspec --format progress --format json --out ${reportFile}`;
    const report = { format: 'rspec-json', from: 'file' } as const;
    return [{ kind: 'test', directory, command, runner: 'rspec', report, setup }, ...lint];
  }
  const hasRake = files.paths.includes(inDirectory(directory, 'Rakefile'));
  const rake: Check = {
    kind: 'test',
    directory,
    command: 'bundle exec rake test',
    runner: 'rake',
    report: null,
    setup,
  };
  return hasRake ? [rake, ...lint] : lint;
}

export function findPhpChecks(files: ProjectFiles, directory: string): Check[] {
  const text = files.text(inDirectory(directory, 'composer.json')) ?? '';
  if (!text.includes('phpunit/phpunit')) return [];
  const setup = setUpOf(files, directory, 'composer install --no-interaction', ['composer.lock', 'composer.json']);
  const command = `vendor/bin/phpunit --log-junit ${reportFile}`;
  return [{ kind: 'test', directory, command, runner: 'phpunit', report: { format: 'junit', from: 'file' }, setup }];
}

export function findDenoChecks(files: ProjectFiles, directory: string): Check[] {
  const setup = setUpOf(files, directory, 'deno install', ['deno.lock', 'deno.json', 'deno.jsonc']);
  const shared = { directory, setup, runner: 'deno' };
  const report = { format: 'junit', from: 'file' } as const;
  return [
    { ...shared, kind: 'test', command: `deno test --allow-all --junit-path=${reportFile}`, report },
    { ...shared, kind: 'lint', command: 'deno lint', report: null },
    { ...shared, kind: 'types', command: 'deno check .', report: null },
  ];
}

function setUpOf(files: ProjectFiles, directory: string, command: string, names: readonly string[]): SetUp {
  const cacheKey = names.map((name) => inDirectory(directory, name)).filter((path) => files.paths.includes(path));
  return { directory, commands: [command], cacheKey };
}
