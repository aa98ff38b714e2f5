ALTER TABLE "job_steps" ADD COLUMN "outcome" text;--> statement-breakpoint
-- Writes a step of a job that this run holds, with its event and what is left of the job's time. `held` is false, and nothing changed, when
-- another run has the job by now; `seq` is null when the step was there already, just so. `timed` says whether the job, one that it belongs to,
-- its person or its project is limited in time. A function, because its plans are kept: agents call it four times for each call of their model.
CREATE FUNCTION yudai_keep_step(job text, token text, left_ms integer, step text, place integer, state text, tried integer, began timestamptz,
  ended timestamptz, failure jsonb, gave text, channel text, content jsonb, moment timestamptz, OUT held boolean, OUT seq bigint, OUT timed boolean)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  run jobs%ROWTYPE;
BEGIN
  UPDATE jobs SET remaining_ms = left_ms, stalls = CASE WHEN state = 'completed' THEN 0 ELSE stalls END
    WHERE id = job AND run_token = token RETURNING * INTO run;
  held := FOUND;
  timed := false;
  IF NOT held THEN
    RETURN;
  END IF;
  INSERT INTO job_steps AS known (job_id, name, number, status, attempt, started_at, finished_at, error, outcome)
    VALUES (job, step, place, state, tried, began, ended, failure, gave)
    ON CONFLICT (job_id, name) DO UPDATE SET status = excluded.status, attempt = excluded.attempt, started_at = excluded.started_at,
      finished_at = excluded.finished_at, error = excluded.error, outcome = excluded.outcome
    WHERE (known.status, known.attempt) IS DISTINCT FROM (excluded.status, excluded.attempt);
  IF FOUND THEN
    seq := yudai_append(channel, 'job:' || job, run.owner_id, run.project_id, 'step', content, moment);
  END IF;
  IF ended IS NULL THEN
    RETURN;
  END IF;
  timed := run.budget_ms IS NOT NULL
    OR EXISTS (SELECT FROM budgets b WHERE b.owner_id = run.owner_id AND b.limit_ms IS NOT NULL)
    OR EXISTS (SELECT FROM project_budgets b WHERE b.project_id = run.project_id AND b.limit_ms IS NOT NULL);
  IF NOT timed AND run.parent_id IS NOT NULL THEN
    timed := EXISTS (
      WITH RECURSIVE above AS (
        SELECT j.id, j.parent_id, j.budget_ms FROM jobs j WHERE j.id = run.parent_id
        UNION
        SELECT j.id, j.parent_id, j.budget_ms FROM jobs j JOIN above a ON j.id = a.parent_id
      )
      SELECT FROM above a WHERE a.budget_ms IS NOT NULL);
  END IF;
END $$;
