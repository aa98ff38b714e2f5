import { baseOf, directoryOf } from '#codebase/graph/paths.ts';
import { type Check, type ProjectFiles, reportFile } from '#verify/check.ts';
import { inDirectory } from '#verify/find/in-directory.ts';

/** What a Go module offers; of a workspace, all its modules. */
export function findGoChecks(files: ProjectFiles, directory: string): Check[] {
  const key = ['go.sum', 'go.mod']
    .map((name) => inDirectory(directory, name))
    .filter((path) => files.paths.includes(path));
  const shared = { directory, runner: 'go', setup: { directory, commands: ['go mod download'], cacheKey: key } };
  return [
    {
      ...shared,
      kind: 'test',
      command: `go test -json ./... >${reportFile}`,
      report: { format: 'go-test', from: 'file' },
    },
    { ...shared, kind: 'lint', command: 'go vet ./...', report: null },
    { ...shared, kind: 'build', command: 'go build ./...', report: null },
  ];
}

/** What a crate or a workspace of crates offers. */
export function findRustChecks(files: ProjectFiles, directory: string): Check[] {
  const lock = inDirectory(directory, 'Cargo.lock');
  const inside = directory === '' ? '' : `${directory}/`;
  const manifests = files.paths.filter((path) => path.startsWith(inside) && baseOf(path) === 'Cargo.toml');
  const isWorkspace = /^\s*\[workspace\]/m.test(files.text(inDirectory(directory, 'Cargo.toml')) ?? '');
  const isLocked = files.paths.includes(lock);
  const members = isWorkspace ? manifests : manifests.filter((path) => directoryOf(path) === directory);
  const shared = {
    directory,
    runner: 'cargo',
    setup: { directory, commands: ['cargo fetch'], cacheKey: isLocked ? [lock] : members },
  };
  const all = isWorkspace ? ' --workspace' : '';
  return [
    {
      ...shared,
      kind: 'test',
      // Which program ran is said on the error output, what it found on the other: they belong together, in order.
      command: `cargo test${all} --no-fail-fast >${reportFile} 2>&1; code=$?; cat ${reportFile}; exit $code`,
      report: { format: 'cargo-test', from: 'file' },
    },
    { ...shared, kind: 'types', command: `cargo check${all} --all-targets`, report: null },
    { ...shared, kind: 'build', command: `cargo build${all}`, report: null },
  ];
}
