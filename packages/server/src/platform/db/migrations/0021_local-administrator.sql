-- Without sign-in, whoever is at this machine looks after it.
CREATE OR REPLACE FUNCTION yudai_is_administrator() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN coalesce((
    SELECT administrator OR coalesce(local_owner, false) FROM users WHERE id = current_setting('app.user_id', true)
  ), false);
END $$;
