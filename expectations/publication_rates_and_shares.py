"""What the publication gate expects of the rates and shares in the fact: those that were sent for the day, and all."""

from great_expectations.expectations.expectation import Expectation

from expectations.publication_rows import no_row

STALE_AFTER_DAYS = 62
"""So long holds a rate without a last day; dbt has the same as `max_rate_age_days`."""
_INPUTS = "ops.candidate_inputs as i on r._submission_id = i.submission_id"


def rates_and_shares() -> list[Expectation]:
    """Expectations of the fact beside the feeds `exchange_rates` and `project_iscm_shares`."""
    return [
        no_row(
            "every rate is the one that was sent for the day, and none is left unused",
            f"""
            with used as (
                select distinct currency, period_start as day, rate_state, units_per_usd, rate_date
                from candidate.fct_investment_lines where currency <> 'USD'
            ), rates as (
                select r.currency, r.valid_from::date as first_day, r.valid_to::date as last_day,
                    r.units_per_usd::numeric as units
                from raw.exchange_rates as r join {_INPUTS}
            ), sent as (
                select r.currency, r.first_day, r.units, coalesce(r.last_day, least(
                    r.first_day + {STALE_AFTER_DAYS},
                    (select min(n.first_day) - 1 from rates as n
                        where n.currency = r.currency and n.first_day > r.first_day)
                )) as last_day
                from rates as r
            ), held as (
                select u.currency, u.day, max(s.first_day) as first_day
                from used as u join sent as s on u.currency = s.currency and u.day between s.first_day and s.last_day
                group by 1, 2
            )
            select u.* from used as u left join held as h using (currency, day)
            where case
                when u.rate_state = 'converted' then u.rate_date is distinct from h.first_day or not exists (
                    select from sent as s
                    where s.currency = u.currency and s.first_day = u.rate_date and s.units = u.units_per_usd
                )
                when u.rate_state in ('missing', 'stale') then h.first_day is not null
                else h.first_day is null
            end
            """,  # noqa: S608 - our own words
        ),
        no_row(
            "every share that was sent for a day is in the fact of that day, known or not",
            f"""
            with parts as (
                select distinct coalesce(named_member, project_code) as owner, period_start as day, attribution,
                    iscm_code, share_pct, share_status, may_reach
                from candidate.fct_investment_lines
            ), sent as (
                select p.owner, p.day, r.iscm_code, r.share_pct::numeric as share_pct
                from (select distinct owner, day from parts) as p
                join raw.project_iscm_shares as r on r.project_code = p.owner
                    and p.day between r.effective_from::date and coalesce(r.effective_to::date, 'infinity')
                join {_INPUTS}
            )
            select s.* from sent as s
            where s.share_pct > 0 and not exists (
                select from parts as p where p.owner = s.owner and p.day = s.day and p.iscm_code = s.iscm_code
                    and p.share_pct = s.share_pct and p.attribution <> 'unattributed'
            )
            -- an unknown share may take the rest, where there is one; the rest of a pool stays the pool's
            or s.share_pct is null and exists (
                select from parts as p where p.owner = s.owner and p.day = s.day and p.attribution = 'unattributed'
                    and p.share_status <> 'pooled'
                    and not s.iscm_code = any(string_to_array(coalesce(p.may_reach, ''), ','))
            )
            """,  # noqa: S608 - our own words
        ),
    ]
