-- What policies ask. The functions belong to the system's role, so they read the tables past the policies that ask them; each answers
-- for the person of the transaction only.
CREATE FUNCTION yudai_projects(lowest text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  ranks constant text[] := array['viewer', 'member', 'maintainer', 'admin', 'owner'];
BEGIN
  RETURN coalesce((
    SELECT array_agg(project_id) FROM project_members
    WHERE user_id = current_setting('app.user_id', true) AND array_position(ranks, role) >= array_position(ranks, lowest)
  ), '{}');
END $$;
--> statement-breakpoint
CREATE FUNCTION yudai_is_administrator() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN coalesce((SELECT administrator FROM users WHERE id = current_setting('app.user_id', true)), false);
END $$;
--> statement-breakpoint
-- What people show to those who share a project with them.
CREATE FUNCTION yudai_profiles(people text[]) RETURNS TABLE (id text, name text, username text, avatar_url text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT u.id, u.name, u.username, u.avatar_url FROM users u
    WHERE u.id = ANY (people) AND (u.id = current_setting('app.user_id', true) OR EXISTS (
      SELECT FROM project_members m WHERE m.user_id = u.id AND m.project_id = ANY (yudai_projects('viewer'))));
END $$;
--> statement-breakpoint
-- Only who may create in the schema may own a function there: the system's role may, for this long.
GRANT CREATE ON SCHEMA public TO yudai_system;
--> statement-breakpoint
ALTER FUNCTION yudai_projects(text) OWNER TO yudai_system;
--> statement-breakpoint
ALTER FUNCTION yudai_is_administrator() OWNER TO yudai_system;
--> statement-breakpoint
ALTER FUNCTION yudai_profiles(text[]) OWNER TO yudai_system;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM yudai_system;
