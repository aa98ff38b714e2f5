-- As before, but viewers too may tell a project and its people that its members have changed: they come and leave like everybody else.
CREATE OR REPLACE FUNCTION yudai_append(channel text, feed text, owner text, project text, kind text, content jsonb, moment timestamptz)
RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  number bigint;
  writable text[];
BEGIN
  IF current_setting('role') <> 'yudai_system' AND owner <> current_setting('app.user_id', true) THEN
    writable := yudai_projects(
      CASE WHEN kind = 'project_update' AND content ->> 'change' = 'members' THEN 'viewer' ELSE 'member' END);
    IF NOT coalesce(project = ANY (writable), false) AND NOT (feed = 'user:' || owner AND EXISTS (
      SELECT FROM project_members m WHERE m.user_id = owner AND m.project_id = ANY (writable)))
    THEN
      RAISE insufficient_privilege USING MESSAGE = 'this feed is somebody else''s';
    END IF;
  END IF;
  INSERT INTO live_topics AS known (topic, owner_id, project_id, last_seq) VALUES (feed, owner, project, 1)
    ON CONFLICT (topic) DO UPDATE SET last_seq = known.last_seq + 1
    WHERE known.owner_id = excluded.owner_id OR known.project_id = excluded.project_id
    RETURNING last_seq INTO number;
  IF number IS NULL THEN
    RETURN NULL;
  END IF;
  INSERT INTO live_events (topic, seq, type, data, at) VALUES (feed, number, kind, content, moment);
  PERFORM pg_notify(channel, feed || '=' || number);
  RETURN number;
END $$;
