{#- The part of `amount` (2 decimals) that falls to `weight` of `whole`, in cents that sum to the amount exactly: each
    part is cut off to cents, and the cents left over go to the largest remainders, ties in the order of `ties`. It is
    computed in whole numbers: a division would round. `parts` names the columns of what is divided; the weights of its
    parts must sum to `whole`. -#}
{% macro largest_remainder(amount, weight, whole, parts, ties) -%}
    {%- set cents = '(100 * ' ~ amount ~ ' * ' ~ weight ~ ')' -%}
    (
        (
            div({{ cents }}, {{ whole }})
            + sign({{ amount }}) * (
                row_number() over (
                    partition by {{ parts }} order by abs(mod({{ cents }}, {{ whole }})) desc, {{ ties }}
                )
                <= abs(100 * {{ amount }} - sum(div({{ cents }}, {{ whole }})) over (partition by {{ parts }}))
            )::integer
        ) / 100
    )::numeric(18, 2)
{%- endmacro %}
