-- A bucket is the moment, in microseconds since 1970, at which it will be full again. Unlogged: after a crash everybody's is full.
CREATE UNLOGGED TABLE rate_buckets (
  key text PRIMARY KEY,
  full_at bigint NOT NULL
) WITH (fillfactor = 70);
--> statement-breakpoint
REVOKE ALL ON rate_buckets FROM PUBLIC, yudai_app, yudai_system;
--> statement-breakpoint
-- Takes all prices or none. Returns the microseconds to wait until they could be taken, 0 when they were; when they were not, gives
-- back what was taken before. Rows are locked in the order of their keys, so that two callers cannot wait for each other.
CREATE FUNCTION yudai_charge(keys text[], prices bigint[], rooms bigint[], back_keys text[], back_prices bigint[], moment bigint)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  present bigint;
  wait bigint;
BEGIN
  INSERT INTO rate_buckets (key, full_at)
    SELECT wanted, 0 FROM unnest(keys) AS wanted ORDER BY wanted ON CONFLICT (key) DO NOTHING;
  PERFORM FROM rate_buckets WHERE key = ANY (keys || back_keys) ORDER BY key FOR UPDATE;
  -- Only now: waiting for the locks took time, in which tokens came back.
  present := coalesce(moment, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint);
  SELECT max(greatest(bucket.full_at, present) + asked.price - asked.room - present) INTO wait
    FROM unnest(keys, prices, rooms) AS asked (key, price, room) JOIN rate_buckets bucket USING (key);
  IF wait > 0 THEN
    UPDATE rate_buckets bucket SET full_at = bucket.full_at - back.price
      FROM unnest(back_keys, back_prices) AS back (key, price) WHERE bucket.key = back.key;
    RETURN wait;
  END IF;
  UPDATE rate_buckets bucket SET full_at = greatest(bucket.full_at, present) + asked.price
    FROM unnest(keys, prices, rooms) AS asked (key, price, room) WHERE bucket.key = asked.key;
  RETURN 0;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION yudai_charge(text[], bigint[], bigint[], text[], bigint[], bigint) FROM PUBLIC;
