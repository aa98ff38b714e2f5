-- Whose the feed of a private conversation is does not depend on a project, so what it told is forgotten when they leave: it was said there.
CREATE OR REPLACE FUNCTION yudai_hand_over(project text, giver text, taker text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF giver <> current_setting('app.user_id', true) AND NOT project = ANY (yudai_projects('admin')) THEN
    RAISE insufficient_privilege USING MESSAGE = 'only who manages a project hands over what others did in it';
  END IF;
  IF NOT EXISTS (SELECT FROM project_members m WHERE m.project_id = project AND m.user_id = taker) THEN
    RAISE insufficient_privilege USING MESSAGE = 'only a member of the project takes over what was done in it';
  END IF;
  UPDATE jobs SET owner_id = taker WHERE project_id = project AND owner_id = giver;
  UPDATE live_topics SET owner_id = taker WHERE project_id = project AND owner_id = giver;
  UPDATE context_cards SET owner_id = taker WHERE project_id = project AND owner_id = giver AND shared_with IS NOT NULL;
  UPDATE chat_sessions SET owner_id = taker WHERE project_id = project AND owner_id = giver AND shared_with IS NOT NULL;
  WITH forgotten AS (
    UPDATE live_topics t SET pruned_seq = t.last_seq FROM chat_sessions s
    WHERE t.topic = 'session:' || s.id AND s.project_id = project AND s.owner_id = giver
    RETURNING t.topic
  )
  DELETE FROM live_events e USING forgotten f WHERE e.topic = f.topic;
END $$;
