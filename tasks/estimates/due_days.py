"""By when a good-faith estimate is to be given (45 CFR 149.610(b)(1)(vi) to (viii)): pure."""

from datetime import date

from config.business_days import business_day_before, business_days_after, business_days_between

FAR, NEAR = 10, 3
"""Business days from scheduling to the service: from so many on the longer and the shorter time holds."""
AFTER_FAR, AFTER_NEAR, AFTER_REQUEST = 3, 1, 3
"""Business days after scheduling, or after a patient's request, in which it is given."""
MONTHS = 12
"""Services that recur stand in one estimate for at most so many months."""


def due_on(service_on: date | None, scheduled_on: date | None, requested_on: date | None) -> date | None:
    """The last day on which to give it, the earlier one where two rules hold; None: none is needed."""
    days = []
    if scheduled_on is not None and service_on is not None:
        ahead = business_days_between(scheduled_on, service_on)
        if ahead >= NEAR:
            days.append(business_days_after(scheduled_on, AFTER_FAR if ahead >= FAR else AFTER_NEAR))
    if requested_on is not None:
        days.append(business_days_after(requested_on, AFTER_REQUEST))
    return min(days, default=None)


def change_due_on(service_on: date) -> date:
    """The last day on which to give a new one where the scope of an estimate changed."""
    return business_day_before(service_on)


def last_day(service_on: date) -> date:
    """The last day of services that recur, of an estimate from a day on."""
    try:
        return service_on.replace(year=service_on.year + MONTHS // 12)
    except ValueError:  # 29 February
        return date(service_on.year + MONTHS // 12, 2, 28)
