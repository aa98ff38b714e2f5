import { execa } from 'execa';
import { expect, test } from 'vitest';
import { findPackageSources, hostsIn, settingsIn } from '#workflows/solving/package-sources.ts';

test('boxes install from where the package managers of the machine do, a mirror too (H5)', async () => {
  const { stdout } = await execa('npm', ['config', 'get', 'registry']);

  const { hosts, env } = await findPackageSources();

  expect(hosts).toContain(new URL(stdout.trim()).host);
  expect(new URL(env['npm_config_registry'] ?? '').host).toBe(new URL(stdout.trim()).host);
});

test('hosts are read from what they answer, whichever way they write it', () => {
  expect(hostsIn('https://mirror.example.org:8443/npm/\n')).toEqual(['mirror.example.org:8443']);
  expect(hostsIn('https://one.example.org,https://two.example.org|direct\nsum.example.org')).toEqual([
    'one.example.org',
    'two.example.org',
    'sum.example.org',
  ]);
  expect(hostsIn('*** CURRENT SOURCES ***\n\nhttps://gems.example.org/\n')).toEqual(['gems.example.org']);
  expect(hostsIn('off\ndirect\nERROR: no such key\nfile:///srv/packages')).toEqual([]);
});

test('boxes are told of mirrors, but never of the names and passwords in their addresses (H5)', () => {
  const go = 'https://ada:secret@proxy.example.org/go,direct\nsum.example.org\n';

  expect(settingsIn(go, ['GOPROXY', 'GOSUMDB'])).toEqual({
    GOPROXY: 'https://proxy.example.org/go,direct',
    GOSUMDB: 'sum.example.org',
  });
  expect(settingsIn('https://token@mirror.example.org/npm/', ['npm_config_registry'])).toEqual({
    npm_config_registry: 'https://mirror.example.org/npm/',
  });
  expect(settingsIn('undefined\n', ['npm_config_registry'])).toEqual({});
  expect(settingsIn('', ['PIP_INDEX_URL'])).toEqual({});
});
