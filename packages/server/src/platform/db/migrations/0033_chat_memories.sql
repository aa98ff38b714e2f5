CREATE TABLE "chat_memories" (
	"id" text PRIMARY KEY NOT NULL,
	"session_id" text NOT NULL,
	"message_id" text,
	"origin" text NOT NULL,
	"author_id" text,
	"kind" text NOT NULL,
	"body" text NOT NULL,
	"tokens" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "chat_memories_body" CHECK (length("chat_memories"."body") between 1 and 1000)
);
--> statement-breakpoint
ALTER TABLE "chat_memories" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "chat_memories" ADD CONSTRAINT "chat_memories_author_id_users_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_memories" ADD CONSTRAINT "chat_memories_session_id_chat_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."chat_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_memories" ADD CONSTRAINT "chat_memories_message_id_chat_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."chat_messages"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chat_memories_of_session" ON "chat_memories" USING btree ("session_id","id");--> statement-breakpoint
CREATE INDEX "chat_memories_of_message" ON "chat_memories" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "chat_memories_of_author" ON "chat_memories" USING btree ("author_id");--> statement-breakpoint
CREATE POLICY "readers" ON "chat_memories" AS PERMISSIVE FOR SELECT TO "yudai_app" USING (exists (select from chat_sessions where chat_sessions.id = "chat_memories"."session_id"));--> statement-breakpoint
CREATE POLICY "writers" ON "chat_memories" AS PERMISSIVE FOR ALL TO "yudai_app" USING (exists (select from chat_sessions where chat_sessions.id = "chat_memories"."session_id" and "chat_sessions"."project_id" in (select unnest(yudai_projects('member'))))) WITH CHECK (exists (select from chat_sessions where chat_sessions.id = "chat_memories"."session_id" and "chat_sessions"."project_id" in (select unnest(yudai_projects('member')))));--> statement-breakpoint
CREATE POLICY "system" ON "chat_memories" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');