CREATE TABLE "chat_attachments" (
	"id" text PRIMARY KEY NOT NULL,
	"session_id" text NOT NULL,
	"message_id" text,
	"name" text NOT NULL,
	"content" text NOT NULL,
	"tokens" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "chat_attachments" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "chat_messages" (
	"id" text PRIMARY KEY NOT NULL,
	"session_id" text NOT NULL,
	"parent_id" text,
	"role" text NOT NULL,
	"author_id" text,
	"status" text NOT NULL,
	"mode" text,
	"parts" jsonb NOT NULL,
	"body" text NOT NULL,
	"tokens" integer NOT NULL,
	"citations" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"context" jsonb,
	"model" text,
	"input_tokens" integer,
	"cached_tokens" integer,
	"output_tokens" integer,
	"cost_micros" bigint,
	"duration_ms" integer,
	"error" jsonb,
	"job_id" text,
	"stream_seq" bigint,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "chat_messages_role" CHECK ("chat_messages"."role" in ('user', 'assistant')),
	CONSTRAINT "chat_messages_status" CHECK ("chat_messages"."status" in ('queued', 'streaming', 'complete', 'stopped', 'failed')),
	CONSTRAINT "chat_messages_mode" CHECK (("chat_messages"."mode" is not null) = ("chat_messages"."status" = 'queued')),
	CONSTRAINT "chat_messages_error" CHECK (("chat_messages"."error" is not null) = ("chat_messages"."status" = 'failed'))
);
--> statement-breakpoint
ALTER TABLE "chat_messages" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "chat_presence" (
	"session_id" text NOT NULL,
	"user_id" text NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "chat_presence_session_id_user_id_pk" PRIMARY KEY("session_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "chat_presence" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "chat_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"project_id" text NOT NULL,
	"shared_with" text,
	"title" text NOT NULL,
	"titled" boolean DEFAULT false NOT NULL,
	"ref" text,
	"pinned" boolean DEFAULT false NOT NULL,
	"archived" boolean DEFAULT false NOT NULL,
	"forked_from" jsonb,
	"head_id" text,
	"active_job_id" text,
	"message_count" integer DEFAULT 0 NOT NULL,
	"dropped" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_activity_at" timestamp with time zone NOT NULL,
	CONSTRAINT "chat_sessions_title" CHECK (length("chat_sessions"."title") between 1 and 200),
	CONSTRAINT "chat_sessions_shared" CHECK ("chat_sessions"."shared_with" is null or "chat_sessions"."shared_with" = "chat_sessions"."project_id")
);
--> statement-breakpoint
ALTER TABLE "chat_sessions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "chat_summaries" (
	"session_id" text NOT NULL,
	"message_id" text NOT NULL,
	"body" text NOT NULL,
	"tokens" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "chat_summaries_session_id_message_id_pk" PRIMARY KEY("session_id","message_id")
);
--> statement-breakpoint
ALTER TABLE "chat_summaries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "session_cards" (
	"session_id" text NOT NULL,
	"card_id" text NOT NULL,
	"position" double precision NOT NULL,
	CONSTRAINT "session_cards_session_id_card_id_pk" PRIMARY KEY("session_id","card_id")
);
--> statement-breakpoint
ALTER TABLE "session_cards" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "chat_attachments" ADD CONSTRAINT "chat_attachments_session_id_chat_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."chat_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_attachments" ADD CONSTRAINT "chat_attachments_message_id_chat_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."chat_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_author_id_users_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_session_id_chat_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."chat_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_presence" ADD CONSTRAINT "chat_presence_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_presence" ADD CONSTRAINT "chat_presence_session_id_chat_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."chat_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_sessions" ADD CONSTRAINT "chat_sessions_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_sessions" ADD CONSTRAINT "chat_sessions_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_summaries" ADD CONSTRAINT "chat_summaries_session_id_chat_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."chat_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_summaries" ADD CONSTRAINT "chat_summaries_message_id_chat_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."chat_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_cards" ADD CONSTRAINT "session_cards_session_id_chat_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."chat_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_cards" ADD CONSTRAINT "session_cards_card_id_context_cards_id_fk" FOREIGN KEY ("card_id") REFERENCES "public"."context_cards"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chat_attachments_of_session" ON "chat_attachments" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "chat_attachments_of_message" ON "chat_attachments" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "chat_messages_of_session" ON "chat_messages" USING btree ("session_id","id");--> statement-breakpoint
CREATE INDEX "chat_messages_of_parent" ON "chat_messages" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "chat_messages_of_author" ON "chat_messages" USING btree ("author_id");--> statement-breakpoint
CREATE INDEX "chat_messages_words" ON "chat_messages" USING gin (to_tsvector('simple', "body"));--> statement-breakpoint
CREATE INDEX "chat_presence_of_user" ON "chat_presence" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "chat_sessions_of_project" ON "chat_sessions" USING btree ("project_id","pinned" DESC NULLS LAST,"last_activity_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "chat_sessions_of_owner" ON "chat_sessions" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "chat_sessions_quiet" ON "chat_sessions" USING btree ("last_activity_at");--> statement-breakpoint
CREATE INDEX "chat_summaries_of_message" ON "chat_summaries" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "session_cards_of_card" ON "session_cards" USING btree ("card_id");--> statement-breakpoint
ALTER TABLE "context_cards" ADD CONSTRAINT "context_cards_session_id_chat_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."chat_sessions"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "context_cards_of_session" ON "context_cards" USING btree ("session_id");--> statement-breakpoint
CREATE POLICY "readers" ON "chat_attachments" AS PERMISSIVE FOR SELECT TO "yudai_app" USING (exists (select from chat_sessions where chat_sessions.id = "chat_attachments"."session_id"));--> statement-breakpoint
CREATE POLICY "writers" ON "chat_attachments" AS PERMISSIVE FOR ALL TO "yudai_app" USING (exists (select from chat_sessions where chat_sessions.id = "chat_attachments"."session_id" and "chat_sessions"."project_id" in (select unnest(yudai_projects('member'))))) WITH CHECK (exists (select from chat_sessions where chat_sessions.id = "chat_attachments"."session_id" and "chat_sessions"."project_id" in (select unnest(yudai_projects('member')))));--> statement-breakpoint
CREATE POLICY "system" ON "chat_attachments" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "readers" ON "chat_messages" AS PERMISSIVE FOR SELECT TO "yudai_app" USING (exists (select from chat_sessions where chat_sessions.id = "chat_messages"."session_id"));--> statement-breakpoint
CREATE POLICY "writers" ON "chat_messages" AS PERMISSIVE FOR ALL TO "yudai_app" USING (exists (select from chat_sessions where chat_sessions.id = "chat_messages"."session_id" and "chat_sessions"."project_id" in (select unnest(yudai_projects('member'))))) WITH CHECK (exists (select from chat_sessions where chat_sessions.id = "chat_messages"."session_id" and "chat_sessions"."project_id" in (select unnest(yudai_projects('member')))));--> statement-breakpoint
CREATE POLICY "system" ON "chat_messages" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "readers" ON "chat_presence" AS PERMISSIVE FOR SELECT TO "yudai_app" USING (exists (select from chat_sessions where chat_sessions.id = "chat_presence"."session_id"));--> statement-breakpoint
CREATE POLICY "writers" ON "chat_presence" AS PERMISSIVE FOR ALL TO "yudai_app" USING (exists (select from chat_sessions where chat_sessions.id = "chat_presence"."session_id" and "chat_sessions"."project_id" in (select unnest(yudai_projects('member'))))) WITH CHECK (exists (select from chat_sessions where chat_sessions.id = "chat_presence"."session_id" and "chat_sessions"."project_id" in (select unnest(yudai_projects('member')))));--> statement-breakpoint
CREATE POLICY "system" ON "chat_presence" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "members" ON "chat_sessions" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("chat_sessions"."project_id" in (select unnest(yudai_projects('viewer'))) and ("chat_sessions"."owner_id" = (select current_setting('app.user_id', true)) or "chat_sessions"."shared_with" is not null));--> statement-breakpoint
CREATE POLICY "writers" ON "chat_sessions" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("chat_sessions"."project_id" in (select unnest(yudai_projects('member'))) and ("chat_sessions"."owner_id" = (select current_setting('app.user_id', true)) or "chat_sessions"."shared_with" is not null)) WITH CHECK ("chat_sessions"."project_id" in (select unnest(yudai_projects('member'))) and ("chat_sessions"."owner_id" = (select current_setting('app.user_id', true)) or "chat_sessions"."shared_with" is not null));--> statement-breakpoint
CREATE POLICY "system" ON "chat_sessions" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "readers" ON "chat_summaries" AS PERMISSIVE FOR SELECT TO "yudai_app" USING (exists (select from chat_sessions where chat_sessions.id = "chat_summaries"."session_id"));--> statement-breakpoint
CREATE POLICY "writers" ON "chat_summaries" AS PERMISSIVE FOR ALL TO "yudai_app" USING (exists (select from chat_sessions where chat_sessions.id = "chat_summaries"."session_id" and "chat_sessions"."project_id" in (select unnest(yudai_projects('member'))))) WITH CHECK (exists (select from chat_sessions where chat_sessions.id = "chat_summaries"."session_id" and "chat_sessions"."project_id" in (select unnest(yudai_projects('member')))));--> statement-breakpoint
CREATE POLICY "system" ON "chat_summaries" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "readers" ON "session_cards" AS PERMISSIVE FOR SELECT TO "yudai_app" USING (exists (select from chat_sessions where chat_sessions.id = "session_cards"."session_id"));--> statement-breakpoint
CREATE POLICY "writers" ON "session_cards" AS PERMISSIVE FOR ALL TO "yudai_app" USING (exists (select from chat_sessions where chat_sessions.id = "session_cards"."session_id" and "chat_sessions"."project_id" in (select unnest(yudai_projects('member'))))) WITH CHECK (exists (select from chat_sessions where chat_sessions.id = "session_cards"."session_id" and "chat_sessions"."project_id" in (select unnest(yudai_projects('member')))));--> statement-breakpoint
CREATE POLICY "system" ON "session_cards" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
-- As before, and the conversations that members share.
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
END $$;
