import { expect, test } from 'vitest';
import { agentWords, clientWords } from '#features/accounts/words.ts';

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox on Linux'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/142.0.0.0 Safari/537.36`, 'Chrome on Windows'],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`,
    'Edge on Windows',
  ],
  [`Mozilla/5.0 (Linux; Android 16; Pixel 9) ${webkit} Chrome/142.0.0.0 Mobile Safari/537.36`, 'Chrome on Android'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15',
    'Safari on macOS',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/142.0 Mobile Safari/604.1',
    'Chrome on iOS',
  ],
  ['yudai/0.1.0 linux', 'Command line'],
  ['node', 'Command line'],
  ['curl/8.10.1', 'curl'],
  ['', 'Unknown device'],
  [null, 'Unknown device'],
])('a session from %s is called %s (B13)', (userAgent, words) => {
  expect(agentWords(userAgent)).toBe(words);
});

test('a device is called by what asks; a client nobody knows keeps its own name', () => {
  expect([clientWords('yudai-cli'), clientWords('other')]).toEqual(['The Yudai command line', 'other']);
});
