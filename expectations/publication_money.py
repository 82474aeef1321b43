"""What the publication gate expects of money: the fact beside what was sent, and the marts beside the fact."""

from dataclasses import dataclass

from great_expectations.expectations.expectation import Expectation

from expectations.publication_rates_and_shares import rates_and_shares
from expectations.publication_rows import everybody_is_there, no_row

MONEY = ("amount_usd", "lower_usd", "central_usd", "upper_usd")


@dataclass(frozen=True)
class Ties:
    """A landed feed of money: what it says whose money a row is, and which of its rows have an amount to add up."""

    feed: str
    owner: str
    counted: str = "true"


_TIES = (
    Ties("osi_allocations", "member_code"),
    Ties("project_ledger", "project_code"),
    Ties("contributions", "iscm_code", "r.amount_state = 'stated' and r.amount_scope <> 'per_member'"),
)


def _raw_ties(ties: Ties) -> Expectation:
    owner = "project_code" if ties.owner == "project_code" else "named_member"
    return no_row(
        f"{ties.feed}: the parts of every accepted row sum to it in the fact, to the cent, with its owner",
        f"""
        with landed as (
            select r._submission_id as submission_id, r._row_number as row_number, r.{ties.owner} as owner,
                r.currency, r.amount_basis, r.funding_source_class, r.amount::numeric as amount
            from raw.{ties.feed} as r
            join ops.candidate_inputs as i on r._submission_id = i.submission_id
            where {ties.counted}
        ), built as (
            select submission_id, row_number, {owner} as owner,
                currency, amount_basis, funding_source_class, sum(amount) as amount
            from candidate.fct_investment_lines where feed = '{ties.feed}'
            group by 1, 2, 3, 4, 5, 6
        )
        (table landed except all table built) union all (table built except all table landed)
        """,  # noqa: S608 - our own names
    )


_FACT = [
    *rates_and_shares(),
    *[_raw_ties(ties) for ties in _TIES],
    no_row(
        "every amount is converted by the rate beside it, or not at all and says why",
        """
        select line_key, period_start, min(rate_state)
        from candidate.fct_investment_lines
        group by line_key, period_start
        having sum(amount_usd) is distinct from round(sum(amount) / min(units_per_usd), 2)
            or (min(rate_state) in ('own_currency', 'converted')) <> (sum(amount_usd) is not null)
            or count(distinct rate_state) > 1
        """,
    ),
    no_row(
        "the shares of a segment sum to 100 per cent, and each amount is its share to within a cent",
        """
        with segments as (
            select line_key, period_start, sum(share_pct) as share_pct, sum(amount) as amount
            from candidate.fct_investment_lines group by line_key, period_start
        )
        select f.part_key
        from candidate.fct_investment_lines as f join segments as s using (line_key, period_start)
        where s.share_pct <> 100 or abs(f.amount - s.amount * f.share_pct / 100) >= 0.01
        """,
    ),
    no_row(
        "each amount lies within its bounds: lower <= central <= upper, turned round for a correction",
        """
        select part_key from candidate.fct_investment_lines
        where amount_usd is not null and not (
            abs(lower_usd) <= abs(central_usd) and abs(central_usd) <= abs(upper_usd)
            and upper_usd in (0, amount_usd) and central_usd in (0, amount_usd) and lower_usd in (0, amount_usd)
        )
        """,
    ),
    no_row(
        "each amount reaches its ISCM by the path that was sent: its own name, its register, or a share of that day",
        """
        with inputs as (select submission_id from ops.candidate_inputs),
        registered as (
            select project_code, iscm_code from raw.projects
            where iscm_link = 'dedicated' and _submission_id in (select submission_id from inputs)
        ),
        shared as (
            select project_code, iscm_code, share_status, share_pct::numeric as share_pct,
                effective_from::date as first_day, coalesce(effective_to::date, 'infinity') as last_day
            from raw.project_iscm_shares where _submission_id in (select submission_id from inputs)
        )
        select f.part_key
        from candidate.fct_investment_lines as f
        left join registered as r on f.project_code = r.project_code and f.iscm_code = r.iscm_code
        left join shared as s
            on s.project_code = coalesce(f.named_member, f.project_code) and f.iscm_code = s.iscm_code
            and f.period_start >= s.first_day and f.period_end <= s.last_day
            and f.share_pct = s.share_pct and f.share_status = s.share_status
        where f.attribution <> 'unattributed' and not coalesce(
            f.member_code = f.iscm_code and case
                when f.attribution <> 'direct' then s.iscm_code is not null
                when f.named_member is null then r.iscm_code is not null
                else f.iscm_code = f.named_member
            end, false)
        """,
    ),
    no_row(
        "whatever is unattributed is no ISCM's certain money",
        """
        select part_key from candidate.fct_investment_lines
        where attribution = 'unattributed' and share_status <> 'pooled' and (lower_usd <> 0 or central_usd <> 0)
        """,
    ),
]


def _mart_is_sum_of_fact(table: str, condition: str, key: str, grain: str) -> Expectation:
    sums = ", ".join(f"sum({name}) as {name}" for name in ("amount_usd", "lower_usd"))
    uppers = ", ".join(
        f"case when count(*) = count(amount_usd) then sum({name}) end as {name}"
        for name in ("central_usd", "upper_usd")
    )
    return no_row(
        f"{table}: the mart is the sum of the fact, by {grain}",
        f"""
        with fact as (
            select {key}, {sums}, {uppers}, count(distinct line_key) as source_lines
            from candidate.fct_investment_lines where {condition} group by {key}
        ), mart as (
            select {key}, {", ".join(MONEY)}, source_lines::bigint
            from candidate.{table} where source_lines > 0
        )
        (table fact except all table mart) union all (table mart except all table fact)
        """,  # noqa: S608 - our own names
    )


_KIND = "member_code, iscm_code, fiscal_year, funding_source_class, amount_basis, attribution"
_GRAIN = "member, ISCM, year, kind of money, basis and attribution"


def _states(table: str, amount: str = "amount_usd") -> Expectation:
    return no_row(
        f"{table}: what is not reported or not converted has no amount, a zero is 0, and an upper bound is one",
        f"""
        select * from candidate.{table}
        where (amount_state in ('not_reported', 'not_converted')) <> ({amount} is null)
            or (amount_state = 'zero') <> coalesce({amount} = 0 and upper_usd = 0, false)
            or (source_lines = 0) <> (amount_state = 'not_reported')
            or (amount_state in ('zero', 'value')) <> (upper_usd is not null and lines_not_converted = 0)
        """,  # noqa: S608 - our own names
    )


def _money_mart(table: str, measure: str) -> list[Expectation]:
    return [
        _mart_is_sum_of_fact(table, f"measure = '{measure}'", _KIND, _GRAIN),
        everybody_is_there(table, measure),
        _states(table),
    ]


_TOTAL_BY_ISCM = [
    _states("mart_total_by_iscm", "lower_usd"),
    everybody_is_there("mart_total_by_iscm", "total", "iscm_code"),
    no_row(
        "the lower and central of each ISCM are its lines of the fact, without any money of unknown share",
        """
        with fact as (
            select iscm_code, fiscal_year, money_side, amount_basis,
                sum(lower_usd) as lower_usd, sum(central_usd) as central_usd
            from candidate.fct_investment_lines where attribution <> 'unattributed' and amount_usd is not null
            group by 1, 2, 3, 4
        )
        select m.* from candidate.mart_total_by_iscm as m
        left join fact as f using (iscm_code, fiscal_year, money_side, amount_basis)
        where m.source_lines > 0
            and (coalesce(f.lower_usd, 0) is distinct from coalesce(m.lower_usd, 0)
                or (m.central_usd is not null and coalesce(f.central_usd, 0) <> m.central_usd))
        union all
        select m.* from fact as f
        left join candidate.mart_total_by_iscm as m using (iscm_code, fiscal_year, money_side, amount_basis)
        where m.iscm_code is null
        """,
    ),
    no_row(
        "precise means that lower is upper and that everything is converted",
        """
        select * from candidate.mart_total_by_iscm
        where is_precise is distinct from case when source_lines > 0
            then lines_not_converted = 0 and lower_usd = upper_usd end
        """,
    ),
]


_TOTAL_BY_MONTH = [
    no_row(
        "the months of each ISCM sum to its years, lower for lower, and upper for upper where it is known",
        """
        with months as (
            select iscm_code, extract(year from month)::integer as fiscal_year, money_side, amount_basis,
                sum(lower_usd) as lower_usd, sum(central_usd) as central_usd, sum(upper_usd) as upper_usd
            from candidate.mart_total_by_iscm_month group by 1, 2, 3, 4
        ), years as (select * from candidate.mart_total_by_iscm where source_lines > 0)
        select coalesce(m.iscm_code, y.iscm_code)
        from months as m
        full join years as y using (iscm_code, fiscal_year, money_side, amount_basis)
        where m.iscm_code is null or y.iscm_code is null or m.lower_usd is distinct from y.lower_usd
            or m.central_usd <> y.central_usd or m.upper_usd <> y.upper_usd
        """,
    ),
]


def money_suites() -> dict[str, list[Expectation]]:
    """Expectations of the tables of money."""
    return {
        "fct_investment_lines": _FACT,
        "mart_osi_by_iscm": _money_mart("mart_osi_by_iscm", "osi"),
        "mart_project_support_by_iscm": _money_mart("mart_project_support_by_iscm", "project_support"),
        "mart_money_by_iscm": [
            _mart_is_sum_of_fact(
                "mart_money_by_iscm", "true", f"measure, money_side, {_KIND}", f"measure, side, {_GRAIN}"
            ),
            _states("mart_money_by_iscm"),
        ],
        "mart_total_by_iscm": _TOTAL_BY_ISCM,
        "mart_total_by_iscm_month": _TOTAL_BY_MONTH,
        "mart_total_by_year": [
            _mart_is_sum_of_fact(
                "mart_total_by_year",
                "true",
                "report_scope, fiscal_year, money_side, amount_basis",
                "scope, year, side and basis",
            )
        ],
    }
