-- Who accepts what a gate held back; the loader, which runs by itself, cannot.
grant usage on schema raw, ops to steward;
grant select on all tables in schema ops to steward;

-- A file that is no file of bytes (a link, a pipe) or of no feed that is known has a submission all the same.
alter table ops.submissions
    disable trigger append_only,
    alter column sha256 drop not null,
    alter column contract_version drop not null,
    alter column contract_sha256 drop not null,
    add column code_lists_sha256 text,
    -- the key of a form's one row: each form of a period stands for itself
    add column part text not null default '',
    add column control_sha256 text check (control_sha256 ~ '^[0-9a-f]{64}$');
alter table ops.arrivals
    alter column sha256 drop not null,
    add column control_sha256 text check (control_sha256 ~ '^[0-9a-f]{64}$');

-- The moment from which a submission is in force, and whose place it takes.
create table ops.admissions (
    submission_id bigint primary key references ops.submissions,
    supersedes bigint unique references ops.submissions,
    admitted_at timestamptz not null default clock_timestamp(),
    admitted_by text not null default session_user,
    check (supersedes <> submission_id)
);
insert into ops.admissions (submission_id, supersedes, admitted_at, admitted_by)
select submission_id, supersedes, received_at, 'loader' from ops.submissions where outcome = 'accepted';

drop view ops.current_submissions;
drop index ops.submissions_accepted_once, ops.submissions_superseded_once;
alter table ops.submissions
    drop column supersedes,
    drop constraint submissions_outcome_check,
    add check (outcome in ('accepted', 'quarantined', 'rejected')),
    add check (outcome = 'rejected' or (sha256 is not null and contract_sha256 is not null)),
    enable trigger append_only;
create view ops.current_submissions as
select s.*
from ops.submissions as s
join ops.admissions as a on s.submission_id = a.submission_id
where not exists (select 1 from ops.admissions as newer where newer.supersedes = s.submission_id);

-- The same bytes are let in once, whether at once or held for acceptance.
create unique index submissions_landed_once on ops.submissions (feed, sha256) where outcome <> 'rejected';

-- Where a finding stands in a sheet, what the sender calls that row, and under which key its acceptance is remembered.
alter table ops.findings
    add column cell_ref text,
    add column reference text,
    add column scope text;

-- A person's word that an odd delivery is right: with a reason, and not for ever.
create table ops.acceptances (
    acceptance_id bigint generated always as identity primary key,
    submission_id bigint not null,
    finding_number integer not null,
    reason text not null check (length(trim(reason)) >= 10),
    valid_until date not null,
    accepted_by text not null check (length(trim(accepted_by)) >= 3),
    accepted_at timestamptz not null default clock_timestamp(),
    entered_by text not null default session_user,
    foreign key (submission_id, finding_number) references ops.findings,
    check (valid_until > accepted_at::date and valid_until <= accepted_at::date + 400)
);
-- What was accepted, under which key, for which office, until when: asked before a warning is raised again.
create view ops.accepted_oddities as
select
    s.feed,
    s.reporting_office,
    f.scope,
    a.valid_until,
    a.submission_id,
    a.finding_number,
    a.reason,
    a.accepted_by,
    a.accepted_at
from ops.acceptances as a
join ops.findings as f on a.submission_id = f.submission_id and a.finding_number = f.finding_number
join ops.submissions as s on a.submission_id = s.submission_id;

-- What is odd and not accepted holds its submission back.
create view ops.open_findings as
select f.*
from ops.findings as f
where
    f.severity = 'warning'
    and not exists (
        select 1 from ops.acceptances as a
        where a.submission_id = f.submission_id and a.finding_number = f.finding_number
    );

create function ops.refuse_admission() returns trigger language plpgsql as $$
declare found text;
begin
    select s.outcome into found from ops.submissions as s where s.submission_id = new.submission_id;
    if found = 'rejected' then
        raise exception 'submission % was rejected and cannot come into force', new.submission_id;
    end if;
    if exists (select 1 from ops.open_findings as f where f.submission_id = new.submission_id) then
        raise exception 'submission % has warnings that nobody has accepted', new.submission_id;
    end if;
    if exists (
        select 1
        from ops.submissions as mine join ops.submissions as other on other.submission_id = new.supersedes
        where
            mine.submission_id = new.submission_id
            and (mine.feed, mine.reporting_office, mine.period_start, mine.period_end, mine.part)
            is distinct from (other.feed, other.reporting_office, other.period_start, other.period_end, other.part)
    ) then
        raise exception 'submission % does not cover what % covers, and cannot take its place',
            new.submission_id, new.supersedes;
    end if;
    if exists (
        select 1
        from ops.current_submissions as mine
        join ops.current_submissions as other
            on mine.feed = other.feed and mine.reporting_office = other.reporting_office
            and mine.period_start <= other.period_end and mine.period_end >= other.period_start
            and (mine.part = other.part or mine.part = '' or other.part = '')
            and mine.submission_id <> other.submission_id
        where mine.submission_id = new.submission_id
    ) then
        raise exception 'submission % covers what another one in force covers, and does not take its place',
            new.submission_id;
    end if;
    return new;
end
$$;
-- checked at commit: an accepted submission is admitted in the transaction that writes its row
create constraint trigger only_what_may after insert on ops.admissions
    deferrable initially deferred for each row execute function ops.refuse_admission();

-- The delivery gate's verdict: what it compared, with what, under which rules.
create table ops.delivery_verdicts (
    submission_id bigint primary key references ops.submissions,
    ran_at timestamptz not null default clock_timestamp(),
    oddities integer not null,
    checks_declared integer not null,
    checks_run integer not null,
    rows_present bigint not null,
    rows_evaluated bigint not null,
    rules_sha256 text not null,
    compared_with bigint[] not null,
    -- rules that found nothing to compare with: said, never passed in silence
    not_comparable text[] not null,
    -- what was not all done is odd in itself
    check (oddities > 0 or (checks_run = checks_declared and rows_evaluated = rows_present))
);

-- What a submission adds up to, kept so that later deliveries are compared with it without reading it again.
create table ops.submission_measures (
    submission_id bigint not null references ops.submissions,
    kind text not null check (kind in ('rows', 'total', 'subject', 'code')),
    subject text not null,
    period text not null,
    value numeric not null,
    primary key (submission_id, kind, subject, period)
);

-- What a correction changed: rows, and money by subject.
create table ops.submission_differences (
    submission_id bigint primary key references ops.submissions,
    supersedes bigint not null references ops.submissions,
    rows_added bigint not null,
    rows_removed bigint not null,
    rows_changed bigint not null
);
create table ops.difference_amounts (
    submission_id bigint not null references ops.submission_differences,
    iscm_code text not null,
    currency text not null,
    amount_before numeric not null,
    amount_after numeric not null,
    primary key (submission_id, iscm_code, currency)
);

-- How far a long file has come; emptied when it is landed. The one table here that is no record.
create table ops.landing_progress (
    feed text not null,
    file_name text not null,
    started_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    row_count bigint not null,
    share numeric not null check (share between 0 and 1),
    primary key (feed, file_name)
);

do $$
declare t text;
begin
    foreach t in array array[
        'admissions', 'acceptances', 'delivery_verdicts', 'submission_measures', 'submission_differences',
        'difference_amounts'
    ] loop
        execute format(
            'create trigger append_only before update or delete or truncate on ops.%I '
            'for each statement execute function ops.refuse_change()', t);
    end loop;
end
$$;

grant select on all tables in schema ops to loader, transformer, publisher, auditor, steward;
grant insert on ops.delivery_verdicts, ops.submission_measures, ops.submission_differences, ops.difference_amounts
to loader;
-- who and when are the database's to say
grant insert (submission_id, supersedes) on ops.admissions to loader, steward;
grant insert (submission_id, finding_number, reason, valid_until, accepted_by) on ops.acceptances to steward;
grant insert, update, delete on ops.landing_progress to loader;
