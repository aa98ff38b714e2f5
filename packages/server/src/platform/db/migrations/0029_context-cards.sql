CREATE TABLE "context_cards" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"owner_id" text NOT NULL,
	"shared_with" text,
	"session_id" text,
	"title" text NOT NULL,
	"content" text NOT NULL,
	"source" text NOT NULL,
	"category" text NOT NULL,
	"anchor" jsonb,
	"tokens" integer NOT NULL,
	"position" text collate "C" NOT NULL,
	"read_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "context_cards_title" CHECK (length("context_cards"."title") between 1 and 200),
	CONSTRAINT "context_cards_content" CHECK (length("context_cards"."content") <= 200000),
	CONSTRAINT "context_cards_source" CHECK ("context_cards"."source" in ('file', 'symbol', 'message', 'issue', 'pull_request', 'commit', 'upload', 'url', 'note')),
	CONSTRAINT "context_cards_category" CHECK ("context_cards"."category" in ('code', 'requirement', 'decision', 'question', 'reference', 'other')),
	CONSTRAINT "context_cards_shared" CHECK ("context_cards"."shared_with" = "context_cards"."project_id")
);
--> statement-breakpoint
ALTER TABLE "context_cards" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "context_cards" ADD CONSTRAINT "context_cards_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "context_cards" ADD CONSTRAINT "context_cards_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "context_cards_in_order" ON "context_cards" USING btree ("project_id","position","id") WHERE removed_at is null;--> statement-breakpoint
CREATE INDEX "context_cards_of_owner" ON "context_cards" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "context_cards_removed" ON "context_cards" USING btree ("project_id","removed_at") WHERE removed_at is not null;--> statement-breakpoint
CREATE POLICY "members" ON "context_cards" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("context_cards"."project_id" = any ((select yudai_projects('viewer'))::text[]) and ("context_cards"."owner_id" = (select current_setting('app.user_id', true)) or "context_cards"."shared_with" is not null));--> statement-breakpoint
CREATE POLICY "makers" ON "context_cards" AS PERMISSIVE FOR INSERT TO "yudai_app" WITH CHECK ("context_cards"."project_id" = any ((select yudai_projects('member'))::text[]) and "context_cards"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "writers" ON "context_cards" AS PERMISSIVE FOR UPDATE TO "yudai_app" USING ("context_cards"."project_id" = any ((select yudai_projects('member'))::text[]) and ("context_cards"."owner_id" = (select current_setting('app.user_id', true)) or "context_cards"."shared_with" is not null)) WITH CHECK ("context_cards"."project_id" = any ((select yudai_projects('member'))::text[]) and ("context_cards"."owner_id" = (select current_setting('app.user_id', true)) or "context_cards"."shared_with" is not null));--> statement-breakpoint
CREATE POLICY "removers" ON "context_cards" AS PERMISSIVE FOR DELETE TO "yudai_app" USING ("context_cards"."project_id" = any ((select yudai_projects('member'))::text[]) and ("context_cards"."owner_id" = (select current_setting('app.user_id', true)) or "context_cards"."shared_with" is not null));--> statement-breakpoint
CREATE POLICY "system" ON "context_cards" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
-- As before; what a leaving member shared with the project stays the project's as well.
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
END $$;
