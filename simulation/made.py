"""The whole history, made up of all feeds."""

from simulation.events.reports import send_reports
from simulation.history import History
from simulation.money.claims import send_claims
from simulation.money.contributions import send_contributions
from simulation.money.lines import send_lines
from simulation.money.registers import send_registers
from simulation.people.registers import send_people


def made_up(months: int, lines_per_month: int, seed: int) -> History:
    """Make up `months` months from January 2021 on, with so many ledger lines a month over all offices."""
    history = History(months, seed)
    send_registers(history)
    send_lines(history, lines_per_month)
    send_contributions(history)
    send_people(history)
    send_reports(history)
    send_claims(history)
    return history
