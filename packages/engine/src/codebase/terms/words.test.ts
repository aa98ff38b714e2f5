import { expect, test } from 'vitest';
import { namesIn, stemsIn, termsOfName } from './words.ts';

test.each([
  ['getHTTPResponse', 'gethttpresponse', ['get', 'http', 'respons']],
  ['get_http_response', 'gethttpresponse', ['get', 'http', 'respons']],
  ['GET_HTTP_RESPONSE', 'gethttpresponse', ['get', 'http', 'respons']],
  ['parsing', null, ['pars']],
  ['Parsers', null, ['parser']],
  ['sha256sum', 'sha256sum', ['sha', '256', 'sum']],
  ['utf8', 'utf8', ['utf']],
  ['XMLParser2', 'xmlparser2', ['xml', 'parser']],
  ['__init__', null, ['init']],
  ['$scope', null, ['scope']],
  ['isTheFoo', 'isthefoo', ['foo']],
  ['naïveÜberSicht', 'naïveübersicht', ['naïv', 'über', 'sicht']],
  ['検索結果', '検索結果', ['検索', '索結', '結果']],
])('a name is its whole and its stems: %s', (name, whole, stems) => {
  expect(termsOfName(name)).toEqual({ whole, stems });
});

test('words end at punctuation, and single letters and stop words say nothing', () => {
  expect(namesIn('a.b_c(d) → foo-bar…baz')).toEqual(['b_c', 'foo', 'bar', 'baz']);
  expect(stemsIn('How does the Cache expire when it is full?')).toEqual(['cach', 'expir', 'full']);
});

test('the same word in any case and number has one stem', () => {
  expect(new Set(['Tokens', 'token', 'TOKEN', 'tokens'].flatMap((word) => stemsIn(word)))).toEqual(new Set(['token']));
});
