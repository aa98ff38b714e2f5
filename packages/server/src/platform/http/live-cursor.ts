import { type Topic, topic as topicSchema } from '@yudai/contract';
import { invalidInput } from '#platform/http/error-answer.ts';

/** The topics of one connection and the last event seen of each. */
export type Cursors = Map<Topic, number>;

/** The id of an event on a stream of several topics, `topic=seq;topic=seq`: where all of them stand. */
export function encodeCursors(cursors: Cursors): string {
  return [...cursors].map(([topic, seq]) => `${topic}=${seq}`).join(';');
}

/** Reads what `encodeCursors` wrote. Throws `invalid_input` when it is something else; `field` is where it stood. */
export function decodeCursors(text: string, field: string): Cursors {
  const cursors: Cursors = new Map();
  for (const part of text.split(';').filter((piece) => piece !== '')) {
    const [name, seq, ...rest] = part.split('=');
    const topic = topicSchema.safeParse(name);
    if (!topic.success || seq === undefined || !/^\d{1,15}$/.test(seq) || rest.length > 0) {
      throw invalidInput([{ path: field, message: 'not the id of an event of this stream' }]);
    }
    cursors.set(topic.data, Number(seq));
  }
  return cursors;
}
