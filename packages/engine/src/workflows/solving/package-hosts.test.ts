import { execa } from 'execa';
import { expect, test } from 'vitest';
import { findPackageHosts, hostsIn } from '#workflows/solving/package-hosts.ts';

test('boxes may reach what the package managers of the machine are set to, a mirror too (H5)', async () => {
  const { stdout } = await execa('npm', ['config', 'get', 'registry']);

  expect(await findPackageHosts()).toContain(new URL(stdout.trim()).host);
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
