-- What somebody started in a project goes to another member when they leave it or are taken out, with the feeds about it: what they were
-- told there is the project's. Only they and the admins of the project may have that done.
CREATE FUNCTION yudai_hand_over(project text, giver text, taker text) RETURNS void
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
END $$;
--> statement-breakpoint
GRANT CREATE ON SCHEMA public TO yudai_system;
--> statement-breakpoint
ALTER FUNCTION yudai_hand_over(text, text, text) OWNER TO yudai_system;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM yudai_system;
