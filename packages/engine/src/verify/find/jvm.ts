import type { Check, ProjectFiles } from '#verify/check.ts';
import { inDirectory } from '#verify/find/in-directory.ts';

/** What a Maven or Gradle project offers. Both leave a file for each class of tests; those of earlier runs are removed first. */
export function findJvmChecks(files: ProjectFiles, directory: string): Check[] {
  const has = (name: string) => files.paths.includes(inDirectory(directory, name));
  if (has('pom.xml')) return mavenChecks(directory, has('mvnw'));
  const manifest = has('build.gradle') ? 'build.gradle' : 'build.gradle.kts';
  return gradleChecks(directory, has('gradlew'), inDirectory(directory, manifest));
}

function mavenChecks(directory: string, hasWrapper: boolean): Check[] {
  const maven = hasWrapper ? 'sh ./mvnw' : 'mvn';
  const setup = {
    directory,
    commands: [`${maven} -B -q dependency:go-offline`],
    cacheKey: [inDirectory(directory, 'pom.xml')],
  };
  const shared = { directory, runner: 'maven', setup };
  return [
    {
      ...shared,
      kind: 'test',
      command: `find . -path '*/target/surefire-reports/TEST-*.xml' -delete; ${maven} -B test --fail-at-end`,
      report: { format: 'junit', from: 'files', pattern: '**/target/surefire-reports/TEST-*.xml' },
    },
    { ...shared, kind: 'build', command: `${maven} -B -DskipTests package`, report: null },
  ];
}

function gradleChecks(directory: string, hasWrapper: boolean, manifest: string): Check[] {
  const gradle = hasWrapper ? 'sh ./gradlew' : 'gradle';
  const setup = { directory, commands: [`${gradle} --console=plain testClasses`], cacheKey: [manifest] };
  const shared = { directory, runner: 'gradle', setup };
  return [
    {
      ...shared,
      kind: 'test',
      command: `find . -path '*/build/test-results/*/TEST-*.xml' -delete; ${gradle} --console=plain --continue test`,
      report: { format: 'junit', from: 'files', pattern: '**/build/test-results/*/TEST-*.xml' },
    },
    { ...shared, kind: 'build', command: `${gradle} --console=plain assemble`, report: null },
  ];
}
