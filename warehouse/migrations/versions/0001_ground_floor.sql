-- Schemas. Who builds a layer owns it; raw and ops belong to the migrator, so no running role can loosen them.
create schema raw;
create schema staging authorization transformer;
create schema intermediate authorization transformer;
create schema candidate authorization transformer;
create schema history authorization publisher;
create schema marts authorization publisher;
revoke create on schema public from public;

create function ops.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%.% is append-only: % is not allowed', tg_table_schema, tg_table_name, tg_op
        using hint = 'A correction is a new submission; both stay.';
end
$$;

-- One received file with its outcome.
create table ops.submissions (
    submission_id bigint generated always as identity primary key,
    feed text not null,
    file_name text not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint not null check (size_bytes >= 0),
    received_at timestamptz not null default clock_timestamp(),
    outcome text not null check (outcome in ('accepted', 'rejected')),
    contract_version text not null,
    contract_sha256 text not null,
    reporting_office text,
    period_start date,
    period_end date,
    sheet text,
    row_count bigint not null,
    finding_count bigint not null,
    -- sums of the money columns by currency, as text: exact
    totals jsonb not null,
    supersedes bigint references ops.submissions,
    check (outcome = 'rejected' or (reporting_office is not null and period_start <= period_end)),
    check (outcome = 'accepted' or supersedes is null)
);
-- The same bytes are accepted once; a submission is superseded once.
create unique index submissions_accepted_once on ops.submissions (feed, sha256) where outcome = 'accepted';
create unique index submissions_superseded_once on ops.submissions (supersedes);

-- Every time a file appeared in the folder, also when its bytes were known.
create table ops.arrivals (
    arrival_id bigint generated always as identity primary key,
    arrived_at timestamptz not null default clock_timestamp(),
    file_name text not null,
    sha256 text not null,
    submission_id bigint not null references ops.submissions
);

-- One thing wrong or odd with a submission.
create table ops.findings (
    submission_id bigint not null references ops.submissions,
    finding_number integer not null,
    rule_id text not null,
    severity text not null check (severity in ('blocking', 'warning', 'note')),
    sheet text,
    row_number integer,
    column_name text,
    value text,
    message text not null,
    primary key (submission_id, finding_number)
);

create view ops.current_submissions as
select s.*
from ops.submissions as s
where
    s.outcome = 'accepted'
    and not exists (select 1 from ops.submissions as newer where newer.supersedes = s.submission_id);

-- One build of the candidate marts, with the submissions it was built from.
create table ops.builds (
    build_id bigint generated always as identity primary key,
    opened_at timestamptz not null default clock_timestamp(),
    git_revision text not null,
    opened_by text not null default session_user
);
create table ops.build_inputs (
    build_id bigint not null references ops.builds,
    submission_id bigint not null references ops.submissions,
    primary key (build_id, submission_id)
);
create view ops.candidate_inputs as
select i.submission_id, i.build_id
from ops.build_inputs as i
where i.build_id = (select max(b.build_id) from ops.builds as b);

-- What dbt did in a build: every node it should run is listed as declared, every result is added.
create table ops.dbt_results (
    build_id bigint not null references ops.builds,
    recorded_at timestamptz not null default clock_timestamp(),
    node text not null,
    status text not null
);
create index on ops.dbt_results (build_id);

-- A gate's verdict, bound to the data, the rules and the code lists that it judged.
create table ops.gate_results (
    gate_result_id bigint generated always as identity primary key,
    gate text not null,
    build_id bigint not null references ops.builds,
    ran_at timestamptz not null default clock_timestamp(),
    passed boolean not null,
    checks_declared integer not null,
    checks_run integer not null,
    rows_present bigint not null,
    rows_evaluated bigint not null,
    data_sha256 text not null,
    rules_sha256 text not null,
    code_lists_sha256 text not null,
    details jsonb not null,
    run_by text not null default session_user,
    unique (gate_result_id, passed),
    -- a pass that did not look at everything is not a pass
    check (
        not passed
        or (checks_declared > 0 and checks_run = checks_declared and rows_present > 0 and rows_evaluated = rows_present)
    )
);

-- What was switched in, when, on whose word. The foreign key lets only a passed verdict publish.
create table ops.publications (
    publication_number bigint primary key,
    published_at timestamptz not null default clock_timestamp(),
    build_id bigint not null unique references ops.builds,
    gate_result_id bigint not null,
    verdict_passed boolean not null default true check (verdict_passed),
    git_revision text not null,
    row_counts jsonb not null,
    data_sha256 text not null,
    previous_chain_sha256 text not null,
    chain_sha256 text not null unique,
    published_by text not null default session_user,
    foreign key (gate_result_id, verdict_passed) references ops.gate_results (gate_result_id, passed)
);
create table ops.publication_pointer (
    only_row boolean primary key default true check (only_row),
    publication_number bigint not null references ops.publications
);
-- Every move of the pointer, a step back included: what stood on which day.
create table ops.pointer_moves (
    moved_at timestamptz not null default clock_timestamp(),
    publication_number bigint not null references ops.publications,
    moved_by text not null default session_user
);
create function ops.note_pointer_move() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
    insert into ops.pointer_moves (publication_number) values (new.publication_number);
    return new;
end
$$;
create trigger note_move after insert or update on ops.publication_pointer
    for each row execute function ops.note_pointer_move();

-- Published rows end once and are never changed otherwise.
create function ops.refuse_history_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if old._to is null and new._to is not null and to_jsonb(old) - '_to' = to_jsonb(new) - '_to' then
            return new;
        end if;
    end if;
    raise exception 'history.% holds what was published: % is not allowed', tg_table_name, tg_op;
end
$$;

-- Append-only for everyone who runs, the owner's slips included.
do $$
declare t text;
begin
    foreach t in array array[
        'submissions', 'arrivals', 'findings', 'builds', 'build_inputs', 'dbt_results', 'gate_results',
        'publications', 'pointer_moves'
    ] loop
        execute format(
            'create trigger append_only before update or delete or truncate on ops.%I '
            'for each statement execute function ops.refuse_change()', t);
    end loop;
end
$$;

grant usage on schema raw, ops to loader, transformer, publisher, auditor;
grant select on all tables in schema ops to loader, transformer, publisher, auditor;
grant insert on ops.submissions, ops.arrivals, ops.findings to loader;
-- the loader numbers a submission before its rows; identity columns need no such right
grant usage on sequence ops.submissions_submission_id_seq to loader;
grant insert on ops.builds, ops.build_inputs to transformer;
grant insert on ops.dbt_results to transformer;
grant insert on ops.gate_results, ops.publications to publisher;
grant references on ops.publications to publisher;
grant insert, update on ops.publication_pointer to publisher;

-- What the transformer builds, the publisher may read; what the publisher publishes, dashboards and auditors may read.
grant usage on schema staging, intermediate, candidate to publisher;
alter default privileges for role transformer in schema candidate grant select on tables to publisher;
alter default privileges for role transformer in schema staging grant select on tables to publisher;
alter default privileges for role transformer in schema intermediate grant select on tables to publisher;
grant usage on schema marts to bi_reader, auditor;
grant usage on schema history to auditor;
-- dashboards read marts, not the facts behind them: publication grants each mart to bi_reader by name
alter default privileges for role publisher in schema marts grant select on tables to auditor;
alter default privileges for role publisher in schema history grant select on tables to auditor;

-- What stands now: number, time and origin of the publication that every view in marts shows.
set local role publisher;
create view marts.current_publication as
select p.publication_number, p.published_at, p.build_id, p.git_revision, p.data_sha256, p.chain_sha256
from ops.publications as p
join ops.publication_pointer as pointer on p.publication_number = pointer.publication_number;
grant select on marts.current_publication to bi_reader;
reset role;
