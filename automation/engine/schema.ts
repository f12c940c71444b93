/** Tables of ours beside those of DBOS. Every statement may run again on an existing database. */
export const schema = `
create schema if not exists godwit;

create table if not exists godwit.runs (
  run        text primary key,
  runbook    text not null,
  version    integer not null,
  mode       text not null,
  stack      text not null,
  -- What no two live runs may share: the stack's folder and name.
  stack_key  text not null,
  params     json not null,
  status     text not null,
  step       text,
  gate       text,
  control    text,
  workflow   text,
  executor   text,
  started_by text not null,
  started_at timestamptz not null default now(),
  ended_at   timestamptz,
  progress   json,
  error      json
);
create unique index if not exists one_live_run_per_stack on godwit.runs (stack_key)
  where status in ('running', 'waiting', 'paused');

create table if not exists godwit.steps (
  run         text not null references godwit.runs on delete cascade,
  step        text not null,
  status      text not null,
  attempt     integer not null,
  executor    text not null,
  started_at  timestamptz not null,
  duration_ms double precision,
  result      json,
  checkpoint  json,
  error       json,
  primary key (run, step)
);

-- The evidence: append only, each row holding the hash of the one before.
create table if not exists godwit.events (
  run  text not null references godwit.runs on delete cascade,
  seq  integer not null,
  at   text not null,
  type text not null,
  key  text not null,
  data json not null,
  prev text not null,
  hash text not null,
  primary key (run, seq),
  unique (run, key)
);

-- Faults of a rehearsal that have happened, so that a resumed run meets each only once.
create table if not exists godwit.fired (
  run   text not null references godwit.runs on delete cascade,
  fault text not null,
  primary key (run, fault)
);

-- Work that a run's mover does.
create table if not exists godwit.jobs (
  job            text primary key,
  run            text not null references godwit.runs on delete cascade,
  name           text not null,
  -- Which execution waits for the result, and the number of its call; '' and 0 for a job that goes on by itself.
  caller         text not null,
  call           integer not null,
  params         json not null,
  clock_factor   double precision not null,
  status         text not null default 'queued',
  -- The fence: a mover writes only under the number that it claimed the job with.
  attempt        integer not null default 0,
  executor       text,
  progress       json,
  state          json,
  checkpoint     json,
  result         json,
  error          json,
  stop_requested boolean not null default false,
  created_at     timestamptz not null default clock_timestamp(),
  updated_at     timestamptz not null default clock_timestamp()
);
create unique index if not exists one_job_in_flight on godwit.jobs (run, name, caller, call)
  where status in ('queued', 'running');

create table if not exists godwit.questions (
  job      text not null references godwit.jobs on delete cascade,
  number   integer not null,
  question text not null,
  facts    json not null,
  answer   json,
  error    json,
  primary key (job, number)
);
`;
