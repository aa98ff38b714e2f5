-- The local owner keeps that mark when they sign in later; from then on they are an administrator only if they were made one.
CREATE OR REPLACE FUNCTION yudai_is_administrator() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN coalesce((
    SELECT administrator OR (coalesce(local_owner, false) AND github_id IS NULL)
    FROM users WHERE id = current_setting('app.user_id', true)
  ), false);
END $$;
