INSERT INTO audit_head (seq, hash) VALUES (0, repeat('0', 64));
--> statement-breakpoint
-- Migration 0000 gives both roles every right on every new table.
REVOKE ALL ON audit_entries, audit_head FROM PUBLIC, yudai_app, yudai_system;
--> statement-breakpoint
GRANT SELECT ON audit_entries TO yudai_app, yudai_system;
--> statement-breakpoint
GRANT SELECT ON audit_head TO yudai_system;
--> statement-breakpoint
-- Appends one entry and returns its number. The lock on the head is held until the doer's transaction ends, so numbers follow commits.
-- The text that is hashed is made here, from what is stored, so the two cannot differ by an honest mistake.
CREATE FUNCTION yudai_audit(entry jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  person text := coalesce(current_setting('app.user_id', true), '');
  head audit_head;
  moment timestamptz;
  content text;
  link text;
BEGIN
  IF person <> '' AND entry ->> 'actorId' IS DISTINCT FROM person THEN
    RAISE EXCEPTION 'nobody writes the audit log in somebody else''s name' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
  moment := date_trunc('milliseconds', clock_timestamp());
  content := jsonb_build_object(
    'seq', head.seq + 1,
    'at', to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'actorId', entry -> 'actorId', 'actorName', entry -> 'actorName', 'via', entry -> 'via', 'action', entry -> 'action',
    'targetKind', entry -> 'targetKind', 'targetId', entry -> 'targetId', 'projectId', entry -> 'projectId',
    'address', entry -> 'address', 'requestId', entry -> 'requestId', 'details', entry -> 'details')::text;
  link := encode(sha256(convert_to(head.hash || content, 'UTF8')), 'hex');
  UPDATE audit_head SET seq = head.seq + 1, hash = link;
  INSERT INTO audit_entries (seq, at, actor_id, actor_name, via, action, target_kind, target_id, project_id, address, request_id,
    details, body, previous_hash, hash)
  VALUES (head.seq + 1, moment, entry ->> 'actorId', entry ->> 'actorName', entry ->> 'via', entry ->> 'action',
    entry ->> 'targetKind', entry ->> 'targetId', entry ->> 'projectId', entry ->> 'address', entry ->> 'requestId',
    entry -> 'details', content, head.hash, link);
  RETURN head.seq + 1;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION yudai_audit(jsonb) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION yudai_audit(jsonb) TO yudai_app, yudai_system;
--> statement-breakpoint
-- Stops who owns the tables, too: a row comes in only as the end of the chain, and none is changed or taken out.
CREATE FUNCTION yudai_audit_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'audit_entries' AND TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT FROM audit_head WHERE seq = NEW.seq AND hash = NEW.hash) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'the audit log is only appended to' USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION yudai_audit_guard();
--> statement-breakpoint
CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION yudai_audit_guard();
--> statement-breakpoint
CREATE TRIGGER guard BEFORE INSERT OR DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION yudai_audit_guard();
--> statement-breakpoint
CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION yudai_audit_guard();
