-- Who runs for this installation, so that commands find them: a row for each process of `start`. Whether the process still
-- lives is told by the claim that it holds (running-processes.ts), not by its row. Holds no secrets and belongs to no desk.
create table running_process (
  process_id uuid primary key,
  started_at instant not null,
  description jsonb not null -- ServiceDescription, apps/server/running-service.ts
);
