-- Participation, requests (four kinds each) and timeliness count the reports of a year, each once.
with counted as (
    select
        'participation' as mart,
        fiscal_year,
        sum(event_reports) as reports
    from {{ ref('mart_event_participation') }}
    group by fiscal_year
    union all
    select
        'requests' as mart,
        fiscal_year,
        sum(event_reports) / 4.0 as reports
    from {{ ref('mart_event_requests') }}
    group by fiscal_year
    union all
    select
        'timeliness' as mart,
        fiscal_year,
        nullif(sum(reports_delivered), 0) as reports
    from {{ ref('mart_reporting_timeliness') }}
    group by fiscal_year
),

expected as (
    select
        m.mart,
        e.fiscal_year,
        count(*) as reports
    from {{ ref('fct_events') }} as e
    cross join (values ('participation'), ('requests'), ('timeliness')) as m (mart)
    group by m.mart, e.fiscal_year
)

select
    coalesce(e.mart, c.mart) as mart,
    coalesce(e.fiscal_year, c.fiscal_year) as fiscal_year
from expected as e
full join counted as c on e.mart = c.mart and e.fiscal_year = c.fiscal_year
where e.reports is distinct from c.reports
