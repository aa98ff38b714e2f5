import { createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { type Headers, pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { takeBack } from '#sandbox/remote/take-back.ts';
import { isRoot, megabyte, openTemporaryFolder } from '#sandbox/testing/boxes.ts';

interface Sent {
  readonly header: Headers;
  readonly content?: string;
}

const owner = isRoot ? { uid: 21_460, gid: 21_460 } : null;
const file = (name: string, more: Partial<Headers> = {}): Sent => ({
  header: { name, mode: 0o644, ...more },
  content: 'theirs',
});
const folder = (name: string): Sent => ({ header: { name, type: 'directory', mode: 0o755 } });
const link = (name: string, linkname: string): Sent => ({ header: { name, type: 'symlink', linkname } });

/** What a machine may say that its files are, to get out of its box; `outside` is a folder of the host. */
const lies: readonly (readonly [string, (outside: string) => readonly Sent[]])[] = [
  ['a path that climbs out', () => [file('work/../../../escaped')]],
  ['a path that climbs out of nothing', () => [file('../escaped')]],
  ['an absolute path', (outside) => [file(join(outside, 'escaped'))]],
  ['a path beside the two folders', () => [file('reports/escaped')]],
  ['a file through a link that it has sent before', (outside) => [link('work/out', outside), file('work/out/escaped')]],
  ['a file through a link that was there', () => [file('work/way-out/escaped')]],
  ['a folder through a link', (outside) => [link('work/out', outside), folder('work/out/escaped')]],
  ['a folder in a folder that it has not sent', () => [folder('work/nowhere/deep')]],
];

test.each(lies)('of a machine that sends %s nothing is taken (H5)', async (_what, sent) => {
  const { take, outside, box } = await openBoxFolder();

  await expect(take({ sent: sent(outside) })).rejects.toMatchObject({ reason: 'broken' });

  expect(await readdir(outside)).toEqual(['secret']);
  expect((await readdir(box)).toSorted()).toEqual(['home', 'work']);
});

test('devices, pipes, second names and the two folders themselves are left out (H5)', async () => {
  const { take, outside, box } = await openBoxFolder();

  await take({
    sent: [
      { header: { name: 'work/twin', type: 'link', linkname: join(outside, 'secret') } },
      { header: { name: 'work/device', type: 'block-device', devmajor: 7, devminor: 0, mode: 0o666 } },
      { header: { name: 'work/pipe', type: 'fifo', mode: 0o666 } },
      file('work'),
      file(`work/${'a/'.repeat(3000)}b`),
      file('work/plain'),
    ],
  });

  expect((await readdir(join(box, 'work'))).toSorted()).toEqual(['plain', 'way-out']);
  expect((await stat(join(outside, 'secret'))).nlink).toBe(1);
});

test('what it sends is of the user of the box, and makes nobody root: no setuid (H5)', async () => {
  const { take, box } = await openBoxFolder();

  await take({
    sent: [file('work/key', { mode: 0o6777, uid: 0, gid: 0 }), folder('work/dir'), link('work/link', 'key')],
  });

  const made = await stat(join(box, 'work', 'key'));
  expect(made.mode & 0o7777).toBe(0o777);
  for (const name of ['key', 'dir', 'link']) {
    expect((await lstat(join(box, 'work', name))).uid).toBe(owner?.uid ?? process.getuid?.());
  }
});

test('a small answer that unpacks without an end is cut off, in one file or in many', async () => {
  const { take, box } = await openBoxFolder();
  const zeros = '\0'.repeat(3 * megabyte);
  const many = Array.from({ length: 3 }, (_, at) => ({
    header: { name: `work/${at}` },
    content: '\0'.repeat(megabyte),
  }));

  await expect(take({ sent: [{ header: { name: 'work/zeros' }, content: zeros }] })).rejects.toMatchObject({
    detail: 'It sends more than the box may hold.',
  });
  await expect(take({ sent: many })).rejects.toMatchObject({ detail: 'It sends more than the box may hold.' });

  const left = await Promise.all((await readdir(join(box, 'work'))).map((name) => lstat(join(box, 'work', name))));
  expect(left.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(2.1 * megabyte);
});

test('one kind takes the place of another, links are replaced and not followed, and what is gone is removed', async () => {
  const { take, outside, box } = await openBoxFolder();
  await mkdir(join(box, 'work', 'folder', 'in'), { recursive: true });
  await writeFile(join(box, 'work', 'folder', 'in', 'it'), '');
  await writeFile(join(box, 'work', 'plain'), 'ours');
  await mkdir(join(box, 'work', 'gone'));
  await writeFile(join(box, 'work', 'gone', 'it'), '');

  const touched = await take({
    gone: ['work/gone', 'work/gone/it', 'work/never', 'work/way-out/secret'],
    sent: [file('work/folder'), folder('work/plain'), file('work/plain/in'), file('work/way-out')],
  });

  expect((await readdir(join(box, 'work'))).toSorted()).toEqual(['folder', 'plain', 'way-out']);
  expect(await readFile(join(box, 'work', 'folder'), 'utf8')).toBe('theirs');
  expect((await lstat(join(box, 'work', 'way-out'))).isFile()).toBe(true);
  expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
  expect(touched).toContain('work/gone');
});

test('what the host has written meanwhile is left as it is', async () => {
  const { take, box } = await openBoxFolder();
  await writeFile(join(box, 'work', 'both'), 'ours');

  await take({
    gone: ['work/way-out'],
    sent: [file('work/both'), file('work/other')],
    keep: ['work/both', 'work/way-out'],
  });

  expect(await readFile(join(box, 'work', 'both'), 'utf8')).toBe('ours');
  expect(await readFile(join(box, 'work', 'other'), 'utf8')).toBe('theirs');
  expect(await readlink(join(box, 'work', 'way-out'))).toMatch(/outside$/);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a beginning that promises too much', Buffer.from('99999999999\nx')],
  ['paths that break off', Buffer.from('100\nwork/x')],
  ['no archive', Buffer.from('0\nnonsense')],
  ['an archive that breaks off', Buffer.concat([Buffer.from('0\n'), gzipSync(Buffer.alloc(700, 'x')).subarray(0, 20)])],
])('what is no answer is said to be none: %s', async (_what, bytes) => {
  const { takeBytes } = await openBoxFolder();

  await expect(takeBytes(bytes)).rejects.toMatchObject({ reason: 'broken' });
});

/** The two folders of a box, with a link in its work tree to what is outside. */
async function openBoxFolder() {
  const temporary = await openTemporaryFolder();
  const [box, outside, answer] = [join(temporary, 'box'), join(temporary, 'outside'), join(temporary, 'answer')];
  for (const made of [join(box, 'work'), join(box, 'home'), outside]) await mkdir(made, { recursive: true });
  await writeFile(join(outside, 'secret'), 'secret');
  await symlink(outside, join(box, 'work', 'way-out'));
  const takeBytes = async (bytes: Buffer, keep: readonly string[] = []) => {
    await writeFile(answer, bytes);
    const touched: string[] = [];
    await takeBack({
      file: answer,
      diskFolder: box,
      owner,
      mostBytes: 2 * megabyte,
      keep: (path) => keep.includes(path),
      onTouched: (path) => touched.push(path),
    });
    return touched;
  };
  const take = async (how: {
    readonly sent: readonly Sent[];
    readonly gone?: readonly string[];
    readonly keep?: readonly string[];
  }) => {
    const archive = pack();
    for (const { header, content } of how.sent) archive.entry(header, content ?? '');
    archive.finalize();
    const packed = join(temporary, 'packed');
    await pipeline(archive, createWriteStream(packed));
    const gone = Buffer.from((how.gone ?? []).map((path) => `${path}\0`).join(''));
    const archived = gzipSync(await readFile(packed));
    return takeBytes(Buffer.concat([Buffer.from(`${gone.length}\n`), gone, archived]), how.keep);
  };
  return { take, takeBytes, box, outside };
}
