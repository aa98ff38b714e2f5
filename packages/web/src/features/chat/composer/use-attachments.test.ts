import { attachmentLimit } from '@yudai/contract';
import { expect, test } from 'vitest';
import { readText } from '#features/chat/composer/use-attachments.ts';

test('text files are read as they are (D12)', async () => {
  await expect(readText(new Blob(['{"größe": 1}\n']))).resolves.toBe('{"größe": 1}\n');
});

test.each([
  [new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47])]), /Only text files/],
  [new Blob(['a\0b']), /Only text files/],
  [new Blob([]), /empty/],
  [new Blob(['x'.repeat(attachmentLimit + 1)]), /Too large: 97\.7 KB\. Files up to 97\.7 KB/],
])('what cannot be attached is refused in words (D12)', async (file, words) => {
  await expect(readText(file)).rejects.toThrow(words);
});
