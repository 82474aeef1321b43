"""What the publication gate expects of events: every accepted report, its costs, who paid for meetings."""

from great_expectations.expectations.expectation import Expectation

from expectations.publication_rows import no_row, same_rows

EVENT_TABLES = (
    "fct_events",
    "fct_event_costs",
    "mart_event_cost_by_meeting",
    "mart_event_requests",
    "mart_event_participation",
    "mart_reporting_timeliness",
)
"""Tables that are rightly empty when nobody reported an event or paid for one; each is proved against raw."""

_LANDED = "from raw.event_reports as r join ops.candidate_inputs as i on r._submission_id = i.submission_id"
_COSTS = ", ".join(
    f"('{line}', r.cost_{line}::numeric)"
    for line in ("travel", "venue", "interpretation", "participants", "consultants")
)
_REQUESTS = ", ".join(
    f"('{kind}', r.requests_{kind}::bigint)" for kind in ("administrative", "technical", "logistical", "liaison")
)
_MEASURED = (
    "attendees_headquarters", "attendees_regional_offices", "attendees_country_offices", "days_preparation",
    "days_travel", "days_attendance", "participants_supported", "partners_new",
)  # fmt: skip


def event_suites() -> dict[str, list[Expectation]]:
    """Expectations by candidate table of the events."""
    return {
        "fct_events": [_every_report()],
        "fct_event_costs": [*_costs()],
        "mart_event_cost_by_meeting": [*_money_of_meetings()],
        "mart_event_requests": [_requests()],
        "mart_event_participation": [_participation()],
        "mart_reporting_timeliness": [*_timeliness()],
        "mart_criteria": [*_criteria()],
    }


def _every_report() -> Expectation:
    return same_rows(
        "events: every accepted report stands in the fact once, with its days and its answers",
        f"""
        select r._submission_id, r._row_number, r.event_id, r.iscm_code, r.period_start::date, r.period_end::date,
            r.submitted_on::date, r.satisfaction_score::numeric, r.partners_new::integer, r.priorities_on_agenda
        {_LANDED}
        """,
        """
        select submission_id, row_number, event_id, member_code, period_start, period_end,
            submitted_on, satisfaction_score, partners_new, priorities_on_agenda
        from candidate.fct_events
        """,
    )


def _costs() -> list[Expectation]:
    return [
        same_rows(
            "event costs: each of the five lines of every accepted report stands in the fact once, to the cent",
            f"""
            select r.event_id, c.line, c.amount, r.currency, coalesce(r.funding_source_class, 'not_reported')
            {_LANDED} cross join lateral (values {_COSTS}) as c (line, amount)
            """,
            "select event_id, cost_line, amount, currency, funding_source_class from candidate.fct_event_costs",
        ),
        no_row(
            "event costs: what is not reported has no amount, and a zero is 0",
            """
            select * from candidate.fct_event_costs
            where (amount_state = 'not_reported') <> (amount is null)
                or (amount_state = 'zero') <> coalesce(amount = 0, false)
            """,
        ),
    ]


def _received(money_class: str) -> Expectation:
    return same_rows(
        f"meetings: {money_class} is what the accepted contributions received for an event sum to",
        f"""
        select r.event_id, sum(r.amount::numeric)
        from raw.contributions as r join ops.candidate_inputs as i on r._submission_id = i.submission_id
        where r.event_id is not null and r.amount_basis = 'received' and r.funding_source_class = '{money_class}'
            and r.currency = 'USD' and r.amount_state = 'stated' and r.amount_scope = 'whole'
        group by r.event_id
        """,  # noqa: S608 - our own names
        f"""
        select event_id, {money_class}_usd from candidate.mart_event_cost_by_meeting
        where {money_class}_usd is not null
        """,  # noqa: S608 - our own names
    )


def _money_of_meetings() -> list[Expectation]:
    return [
        same_rows(
            "meetings: the OSI of an event series stands in exactly one row of its year, to the cent",
            """
            select r.member_code, left(r.period_start, 4)::integer, 1::bigint, sum(r.amount::numeric)
            from raw.osi_allocations as r
            join ops.candidate_inputs as i on r._submission_id = i.submission_id
            join staging.ref_iscms as m on r.member_code = m.code and m.member_kind = 'event_series'
            where r.currency = 'USD'
            group by 1, 2
            """,
            """
            select member_code, fiscal_year, count(osi_usd), sum(osi_usd) from candidate.mart_event_cost_by_meeting
            where osi_state <> 'not_reported' or osi_usd is not null
            group by 1, 2
            """,
        ),
        *map(_received, ("external_co_funding", "member_state_contribution", "in_kind")),
        same_rows(
            "meetings: every accepted event report stands in the mart once",
            f"select r.event_id {_LANDED}",
            "select event_id from candidate.mart_event_cost_by_meeting where meeting_state = 'reported'",
        ),
        no_row(
            "meetings: the sum is that of the kinds of money it names, and is unknown when none is known",
            """
            select * from candidate.mart_event_cost_by_meeting
            where coalesce(sum_of_sources_usd, 0) <> coalesce(osi_usd, 0) + coalesce(external_co_funding_usd, 0)
                    + coalesce(member_state_contribution_usd, 0)
                or (sum_of_sources_usd is null) <> (sum_of_sources_names is null)
                or (sum_of_sources_usd is null)
                    <> (num_nonnulls(osi_usd, external_co_funding_usd, member_state_contribution_usd) = 0)
                or (osi_usd is not null) <> (coalesce(sum_of_sources_names, '') like '%OSI%')
                or (external_co_funding_usd is not null) <> (coalesce(sum_of_sources_names, '') like '%external%')
                or (member_state_contribution_usd is not null)
                    <> (coalesce(sum_of_sources_names, '') like '%Member-State%')
            """,
        ),
        same_rows(
            "meetings: reported costs are the costs in USD of the fact",
            """
            select event_id, sum(amount) from candidate.fct_event_costs
            where currency = 'USD' and amount is not null group by event_id
            """,
            """
            select event_id, reported_costs_usd from candidate.mart_event_cost_by_meeting
            where reported_costs_usd is not null
            """,
        ),
    ]


def _requests() -> Expectation:
    return same_rows(
        "requests: by ISCM, year and kind they are the sum of the accepted reports; unanswered is not none",
        f"""
        select r.iscm_code, left(r.period_start, 4)::integer, k.kind, sum(k.requests), count(*), count(k.requests)
        {_LANDED} cross join lateral (values {_REQUESTS}) as k (kind, requests)
        group by 1, 2, 3
        """,
        """
        select member_code, fiscal_year, support_kind, requests::numeric, event_reports::bigint,
            reports_with_requests_answered::bigint
        from candidate.mart_event_requests
        """,
    )


def _participation() -> Expectation:
    landed = ", ".join(f"sum(r.{name}::numeric)" for name in _MEASURED)
    built = ", ".join(f"{name}::numeric" for name in _MEASURED)
    key = "reporting_office, member_code, fiscal_year, invited_as"
    return same_rows(
        "participation: attendees, days and partners are the sum of the accepted reports, by office and part played",
        f"""
        select r.reporting_office, r.iscm_code, left(r.period_start, 4)::integer,
            coalesce(r.invited_as, 'not_reported'), count(*), {landed}
        {_LANDED}
        group by 1, 2, 3, 4
        """,
        f"select {key}, event_reports::bigint, {built} from candidate.mart_event_participation",  # noqa: S608 - our own names
    )


def _timeliness() -> list[Expectation]:
    return [
        same_rows(
            "timeliness: reports delivered are the accepted reports, by office and year",
            f"""
            select r.reporting_office, left(r.period_start, 4)::integer, count(*) {_LANDED} group by 1, 2
            """,
            """
            select reporting_office, fiscal_year, reports_delivered::bigint from candidate.mart_reporting_timeliness
            where reports_delivered > 0
            """,
        ),
        no_row(
            "timeliness: every report known of is delivered, overdue or not yet due, and is so once",
            """
            select * from candidate.mart_reporting_timeliness
            where reports_known_of <> reports_delivered + overdue + not_yet_due
                or reports_delivered <> delivered_in_time + delivered_late + delivered_undated
                or questions_answered > questions_asked
            """,
        ),
    ]


def _criteria() -> list[Expectation]:
    return [
        no_row(
            "criteria: each of the nine has a row for every ISCM, event series and year",
            """
            select c.criterion, m.code, y.fiscal_year
            from generate_series(1, 9) as c (criterion)
            cross join staging.ref_iscms as m
            cross join (select distinct fiscal_year from candidate.fct_investment_lines) as y
            where m.member_kind <> 'pool'
            except
            select criterion, member_code, fiscal_year from candidate.mart_criteria
            """,
        ),
        no_row(
            "criteria: what is not reported has no value, and where no target is set it says so",
            """
            select * from candidate.mart_criteria
            where (value_state = 'not_reported') <> (value is null)
                or (value_state = 'zero') <> coalesce(value = 0, false)
                or (target_state = 'no target set') <> (target is null)
            """,
        ),
        same_rows(
            "criteria: requests are those of the mart of requests",
            """
            select member_code, fiscal_year, support_kind, requests::numeric from candidate.mart_event_requests
            where requests is not null
            """,
            """
            select member_code, fiscal_year, variant, value from candidate.mart_criteria
            where criterion = 7 and value is not null
            """,
        ),
        same_rows(
            "criteria: resources are the central bounds of the money marts, by ISCM, kind of money and basis",
            """
            select iscm_code, fiscal_year, funding_source_class || ', ' || amount_basis, sum(central_usd)
            from (
                select * from candidate.mart_osi_by_iscm union all select * from candidate.mart_project_support_by_iscm
            ) as m
            where amount_state <> 'not_reported' and iscm_code is not null
            group by 1, 2, 3
            having sum(central_usd) <> 0 or sum(upper_usd) = 0
            """,
            """
            select member_code, fiscal_year, variant, value from candidate.mart_criteria
            where criterion = 6 and value is not null
            """,
        ),
    ]
