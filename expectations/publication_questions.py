"""What the publication gate expects of the marts that answer managers' questions.

Every query gives the rows that must not be there, and makes the figure a second time from what was sent or from the
facts, which the other suites tie to what was sent.
"""

from great_expectations.expectations.expectation import Expectation

from expectations.publication_dependency import dependency_suite
from expectations.publication_investment import investment_suite
from expectations.publication_profile import profile_suite
from expectations.publication_rows import no_row, same_rows
from expectations.publication_themes import theme_suite

MAY_HOLD_NOTHING = ("mart_dependency_by_month", "mart_other_payers", "mart_self_financing_by_state")
"""Tables that are rightly empty when no money of IOM's or of others was reported; each is proved against raw."""

_SENT = """
    select r.*, y.fiscal_year, 'contributions/' || r._submission_id || '/' || r._row_number as line_key
    from raw.contributions as r join ops.candidate_inputs as i on r._submission_id = i.submission_id
    cross join lateral generate_series(left(r.period_start, 4)::integer, left(r.period_end, 4)::integer)
        as y (fiscal_year)
"""
_AMOUNTS = """
    select line_key, fiscal_year, case when count(*) = count(amount_usd) then sum(amount_usd) end as amount_usd
    from candidate.fct_investment_lines where feed = 'contributions' group by 1, 2
"""
_MEMBER_STATES = "(self_financing = 'yes' or funding_source_class = 'member_state_contribution')"


def _payers() -> list[Expectation]:
    return [
        same_rows(
            "payers: every accepted contribution is in one row of each of its years, with its amount or without one",
            f"""
            with sent as ({_SENT}), amounts as ({_AMOUNTS})
            select s.iscm_code, s.fiscal_year, s.party, s.funding_source_class, s.amount_basis, count(*),
                count(*) - count(a.amount_usd), sum(a.amount_usd)
            from sent as s left join amounts as a using (line_key, fiscal_year)
            group by s.iscm_code, s.fiscal_year, s.party, s.party_type, s.party_country, s.funding_source_class,
                s.amount_basis
            """,  # noqa: S608 - our own names
            """
            select iscm_code, fiscal_year, party, funding_source_class, amount_basis, contributions::bigint,
                contributions_without_amount::bigint, amount_usd
            from candidate.mart_other_payers
            """,
        ),
        no_row(
            "payers: an amount that is not known is none, and says why",
            """
            select * from candidate.mart_other_payers
            where (payer_state = 'not_known') <> (amount_usd is null)
                or (payer_state in ('not_known', 'in_part')) <> (contributions_without_amount > 0)
                or (contributions_without_amount > 0) <> (why_not_known is not null)
                or (payer_state = 'zero') <> coalesce(amount_usd = 0 and contributions_without_amount = 0, false)
            """,
        ),
    ]


def _self_financing() -> list[Expectation]:
    sums = ", ".join(
        f"count(*) filter (where s.amount_basis = '{basis}'),"
        f" count(a.amount_usd) filter (where s.amount_basis = '{basis}'),"
        f" sum(a.amount_usd) filter (where s.amount_basis = '{basis}')"
        for basis in ("expected", "received")
    )
    kinds = ", ".join(
        "string_agg(distinct s.funding_source_class, '; ' order by s.funding_source_class)"
        f" filter (where s.amount_basis = '{basis}')"
        for basis in ("expected", "received")
    )
    return [
        no_row(
            "self-financing: expected and received are the accepted contributions of Member States, to the cent",
            f"""
            with sent as ({_SENT}), amounts as ({_AMOUNTS}), made (
                iscm_code, fiscal_year, party, expected, expected_known, expected_usd, received, received_known,
                received_usd, expected_kinds, received_kinds
            ) as (
                select s.iscm_code, s.fiscal_year, s.party, {sums}, {kinds}
                from sent as s left join amounts as a using (line_key, fiscal_year)
                where {_MEMBER_STATES} group by 1, 2, 3
            )
            select coalesce(m.iscm_code, d.iscm_code)
            from candidate.mart_self_financing_by_state as m
            full join made as d using (iscm_code, fiscal_year, party)
            where (m.expected_usd, m.received_usd) is distinct from (d.expected_usd, d.received_usd)
                or (m.expected_kinds, m.received_kinds) is distinct from (d.expected_kinds, d.received_kinds)
                or m.contributions is distinct from d.expected + d.received
                or (m.expected_state = 'not_reported') is distinct from (d.expected = 0)
                or (m.received_state = 'not_reported') is distinct from (d.received = 0)
                or (m.expected_state in ('value', 'zero'))
                    is distinct from (d.expected > 0 and d.expected = d.expected_known)
                or (m.received_state in ('value', 'zero'))
                    is distinct from (d.received > 0 and d.received = d.received_known)
            """,  # noqa: S608 - our own names
        ),
        no_row(
            "self-financing: IOM's share is of money that is known, and its change is that of two such shares",
            """
            with whole as (
                select iscm_code, fiscal_year, min(iom_central_usd) as iom_usd, min(iom_share_pct) as iom_share_pct,
                    case when bool_and(received_state in ('value', 'zero')) then sum(received_usd) end as received_usd
                from candidate.mart_self_financing_by_state group by 1, 2
            )
            select m.iscm_code, m.fiscal_year, m.party
            from candidate.mart_self_financing_by_state as m
            join whole as w using (iscm_code, fiscal_year)
            left join whole as p on p.iscm_code = m.iscm_code and p.fiscal_year = m.fiscal_year - 1
            where m.all_received_usd is distinct from w.received_usd
                or m.iom_share_pct is distinct from round(
                    100 * w.iom_usd / nullif(w.iom_usd + w.received_usd, 0), 2
                )
                or (m.iom_share_state = 'value') <> (m.iom_share_pct is not null)
                or (m.iom_share_change_points is not null)
                    <> (m.iom_share_pct is not null and p.iom_share_pct is not null)
                or abs(m.iom_share_change_points - (m.iom_share_pct - p.iom_share_pct)) > 0.01
                or m.outstanding_usd is distinct from case
                    when m.expected_state in ('value', 'zero') and m.received_state in ('value', 'zero')
                        and m.expected_kinds = m.received_kinds
                        then m.expected_usd - m.received_usd end
            """,
        ),
        no_row(
            "self-financing: IOM's money beside is its total on one basis for its own money and one for projects",
            """
            select m.iscm_code, m.fiscal_year
            from candidate.mart_self_financing_by_state as m
            where (m.iom_money_names is not null) <> exists (
                select 1 from candidate.mart_total_by_iscm as t where t.iscm_code = m.iscm_code
                    and t.fiscal_year = m.fiscal_year and t.money_side in ('iom_own', 'iom_projects')
            ) or m.iom_central_usd is not null and m.iom_central_usd <> (
                select sum(t.central_usd) from candidate.mart_total_by_iscm as t
                where t.iscm_code = m.iscm_code and t.fiscal_year = m.fiscal_year
                    and position(t.money_side || ' (' || t.amount_basis || ')' in m.iom_money_names) > 0
            )
            """,
        ),
    ]


def question_suites() -> dict[str, list[Expectation]]:
    """Expectations by candidate table of the questions, but for changes between years (`publication_claims`)."""
    return {
        "mart_investment_by_iscm": investment_suite(),
        "mart_dependency_by_month": dependency_suite(),
        "mart_other_payers": _payers(),
        "mart_self_financing_by_state": _self_financing(),
        "mart_resources_by_theme": theme_suite(),
        "mart_iscm_profile": profile_suite(),
    }
