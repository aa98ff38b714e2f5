import { Button, Checkbox, Radio, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Answer, Question } from '@yudai/contract';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

type Value = Answer['answer'];

interface Props {
  jobId: string;
  questions: readonly Question[];
  /** Whether this person may answer; who may not still reads what the job waits for. */
  isAllowed: boolean;
}

/** The questions a job waits for, each in the form its kind asks for; sending them lets the same job go on. */
export function JobQuestions(props: Props): ReactNode {
  return props.isAllowed ? <AnswerForm {...props} /> : <QuestionList questions={props.questions} />;
}

function QuestionList(props: { questions: readonly Question[] }): ReactNode {
  return (
    <ul className="card questions" aria-label="Questions of this job">
      {props.questions.map(({ id, text, why }) => (
        <li key={id}>
          {text}
          {why !== undefined && <p className="muted">{why}</p>}
        </li>
      ))}
    </ul>
  );
}

function AnswerForm(props: Props): ReactNode {
  const queries = useQueryClient();
  const [values, setValues] = useState<Record<string, Value>>({});
  const respond = useMutation(
    api.jobs.respond.mutationOptions({ onSuccess: () => queries.invalidateQueries({ queryKey: api.jobs.key() }) }),
  );
  const isComplete = props.questions.every(({ id, optional }) => optional === true || isAnswered(values[id]));
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const answers = props.questions.flatMap(({ id }) => {
      const value = values[id];
      return value === undefined || !isAnswered(value) ? [] : [{ questionId: id, answer: value }];
    });
    if (isComplete) respond.mutate({ id: props.jobId, answers });
  };
  return (
    <form className="card questions" onSubmit={onSubmit} aria-label="Questions of this job">
      {props.questions.map((question) => (
        <QuestionField
          key={question.id}
          question={question}
          value={values[question.id]}
          onChange={(value) => setValues((known) => ({ ...known, [question.id]: value }))}
        />
      ))}
      {respond.isError && <ErrorLine error={respond.error} />}
      <Button type="submit" disabled={!isComplete} loading={respond.isPending}>
        Send answers
      </Button>
    </form>
  );
}

function QuestionField(props: {
  question: Question;
  value: Value | undefined;
  onChange: (value: Value) => void;
}): ReactNode {
  const { question, value, onChange } = props;
  const shared = { label: question.text, description: question.why };
  const options = question.options ?? [];
  switch (question.kind) {
    case 'text':
      return (
        <Textarea
          {...shared}
          autosize
          minRows={2}
          maxRows={10}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'choice':
      return (
        <Radio.Group {...shared} value={typeof value === 'string' ? value : null} onChange={onChange}>
          <Options options={options} control={Radio} />
        </Radio.Group>
      );
    case 'choices':
      return (
        <Checkbox.Group {...shared} value={Array.isArray(value) ? value : []} onChange={onChange}>
          <Options options={options} control={Checkbox} />
        </Checkbox.Group>
      );
    case 'confirm':
      return (
        <Radio.Group
          {...shared}
          value={typeof value === 'boolean' ? String(value) : null}
          onChange={(text) => onChange(text === 'true')}
        >
          <Options options={yesOrNo} control={Radio} />
        </Radio.Group>
      );
  }
}

type Option = NonNullable<Question['options']>[number];

const yesOrNo: readonly Option[] = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
];

/** The answers to choose from: one of them as radio buttons, several as boxes to tick. */
function Options(props: { options: readonly Option[]; control: typeof Radio | typeof Checkbox }): ReactNode {
  const Control = props.control;
  return props.options.map(({ value, label, detail }) => (
    <Control key={value} size="sm" mt={8} value={value} label={label} description={detail} />
  ));
}

function isAnswered(value: Value | undefined): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}
