DROP POLICY "asker" ON "project_members" CASCADE;--> statement-breakpoint
ALTER POLICY "members" ON "codebase_analyses" TO yudai_app USING ("codebase_analyses"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
ALTER POLICY "writers" ON "codebase_analyses" TO yudai_app USING ("codebase_analyses"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("codebase_analyses"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
ALTER POLICY "members" ON "codebase_corrections" TO yudai_app USING ("codebase_corrections"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
ALTER POLICY "writers" ON "codebase_corrections" TO yudai_app USING ("codebase_corrections"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("codebase_corrections"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
ALTER POLICY "members" ON "codebase_files" TO yudai_app USING ("codebase_files"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
ALTER POLICY "writers" ON "codebase_files" TO yudai_app USING ("codebase_files"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("codebase_files"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
ALTER POLICY "members" ON "codebase_packs" TO yudai_app USING ("codebase_packs"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
ALTER POLICY "writers" ON "codebase_packs" TO yudai_app USING ("codebase_packs"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("codebase_packs"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
ALTER POLICY "members" ON "codebase_snapshots" TO yudai_app USING ("codebase_snapshots"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
ALTER POLICY "writers" ON "codebase_snapshots" TO yudai_app USING ("codebase_snapshots"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("codebase_snapshots"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
ALTER POLICY "members" ON "codebase_vectors" TO yudai_app USING ("codebase_vectors"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
ALTER POLICY "writers" ON "codebase_vectors" TO yudai_app USING ("codebase_vectors"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("codebase_vectors"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
ALTER POLICY "members" ON "project_members" TO yudai_app USING ("project_members"."user_id" = (select current_setting('app.user_id', true)) or "project_members"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
ALTER POLICY "members" ON "projects" TO yudai_app USING ("projects"."owner_id" = (select current_setting('app.user_id', true)) or "projects"."id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
ALTER POLICY "members" ON "project_budgets" TO yudai_app USING ("project_budgets"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
ALTER POLICY "writers" ON "project_budgets" TO yudai_app USING ("project_budgets"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("project_budgets"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
-- As before; which roles are enough is found once, instead of twice for every project.
CREATE OR REPLACE FUNCTION yudai_projects(lowest text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  ranks constant text[] := array['viewer', 'member', 'maintainer', 'admin', 'owner'];
  enough constant text[] := ranks[array_position(ranks, lowest):];
BEGIN
  RETURN coalesce((
    SELECT array_agg(project_id) FROM project_members
    WHERE user_id = current_setting('app.user_id', true) AND role = ANY (enough)
  ), '{}');
END $$;
