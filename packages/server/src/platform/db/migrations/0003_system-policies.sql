ALTER POLICY "system" ON "users" TO yudai_system USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
ALTER POLICY "system" ON "projects" TO yudai_system USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
ALTER POLICY "system" ON "job_questions" TO yudai_system USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
ALTER POLICY "system" ON "job_steps" TO yudai_system USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
ALTER POLICY "system" ON "jobs" TO yudai_system USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
ALTER POLICY "system" ON "live_events" TO yudai_system USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
ALTER POLICY "system" ON "live_topics" TO yudai_system USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');