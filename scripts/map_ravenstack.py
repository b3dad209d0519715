#!/usr/bin/env python3
"""Writes the RavenStack data set (SaaS subscriptions, synthetic) as Tsugi's import files.

  scripts/map_ravenstack.py DIRECTORY_OF_THE_DATA OUT
  tsugi --store raven.db store init
  for kind in products customers subscriptions signals; do
    tsugi --store raven.db import $kind OUT/$kind.csv
  done

The data say when a subscription starts and ends, its tier, seats and billing, and nothing of
renewals, of when a tier changed or how large a plan is. What is assumed instead:

- A plan is a tier with a billing frequency; monthly and annual plans are families of their own, so
  that an upgrade is to a higher tier with the same billing. Its price is the median of what the
  data charge a seat (mrr_amount / seats, a year's for annual plans), trials apart.
- A subscription renews every month (year) from its start until its end, else until LAST_DAY. Each
  renewal is a version that names the next one.
- is_trial: a trial of 14 days; converted at its end where upgrade_flag is set, else ended there (or
  at end_date, if that is earlier). A converted trial pays its plan's price.
- upgrade_flag of a paid subscription: it was upgraded from the next lower tier to the one named, at
  the renewal nearest to the middle of its life (the data have no date). Basic has no lower tier, and
  a subscription without a renewal no such moment: those flags are left out, as are all
  downgrade_flags; the summary counts them.
- Tickets that are urgent or escalated are complaints, open until closed_at; the others inquiries.
  satisfaction_score is a CSAT of the instant the ticket was closed.
- Usage of a day is the sum of usage_count over the 30 days up to it. A plan's usage_limit is the
  95th percentile of these sums among subscriptions of its tier.
- A customer's segment is the account's industry. Everything holds from its own date on.
"""

import collections
import datetime
import statistics
import sys

from mapping import add_months, read, write

LAST_DAY = datetime.date(2024, 12, 31)
TRIAL_DAYS = 14
TIERS = ["Basic", "Pro", "Enterprise"]
MONTHS = {"monthly": 1, "annual": 12}


def day(text):
    return datetime.date.fromisoformat(text[:10])


def plan_id(tier, billing):
    return f"{tier.lower()}_{billing}"


def prices(subscriptions):
    seats = collections.defaultdict(list)
    for row in subscriptions:
        if row["is_trial"].upper() != "TRUE" and float(row["mrr_amount"]) > 0:
            key = row["plan_tier"], row["billing_frequency"]
            seats[key].append(float(row["mrr_amount"]) / int(row["seats"]))
    return {key: round(statistics.median(values), 2) for key, values in seats.items()}


def usages(subscriptions, usage_rows):
    """(subscription, day) -> units of the 30 days up to it; and the limit of each tier."""
    by_day = collections.defaultdict(lambda: collections.defaultdict(int))
    for row in usage_rows:
        by_day[row["subscription_id"]][day(row["usage_date"])] += int(row["usage_count"])
    tier_of = {row["subscription_id"]: row["plan_tier"] for row in subscriptions}
    signals, of_tier = {}, collections.defaultdict(list)
    for subscription, days in sorted(by_day.items()):
        for date in sorted(days):
            total = sum(units for other, units in days.items()
                        if datetime.timedelta(0) <= date - other < datetime.timedelta(30))
            signals[subscription, date] = total
            of_tier[tier_of[subscription]].append(total)
    limits = {tier: sorted(sums)[int(0.95 * (len(sums) - 1))] for tier, sums in of_tier.items()}
    return signals, limits


def versions(row, price, notes):
    """The versions of one subscription as (observed_at, plan tier, status, fields)."""
    start, tier, billing = day(row["start_date"]), row["plan_tier"], row["billing_frequency"]
    ended = day(row["end_date"]) if row["end_date"] else None
    step, upgraded = MONTHS[billing], row["upgrade_flag"].upper() == "TRUE"
    if row["downgrade_flag"].upper() == "TRUE":
        notes["downgrade flags left out"] += 1
    paid_from, out, trial = start, [], {}
    if row["is_trial"].upper() == "TRUE":
        paid_from = start + datetime.timedelta(TRIAL_DAYS)
        trial = {"trial_ends_at": paid_from}
        out.append((start, tier, "trialing", trial))
        stopped = min(paid_from, ended) if ended else paid_from
        if not upgraded or (ended and ended <= paid_from):
            if stopped <= LAST_DAY:
                out.append((stopped, tier, "canceled", {**trial, "ended_at": stopped}))
            return out
    renewals, k = [], 0
    while (date := add_months(paid_from, step * k)) < (ended or LAST_DAY + datetime.timedelta(1)):
        renewals.append(date)
        k += 1
    change = None
    if upgraded and not trial:
        if tier == "Basic" or len(renewals) < 2:
            notes["upgrade flags left out"] += 1
        else:
            change = renewals[max(1, len(renewals) // 2)]
    lower = TIERS[TIERS.index(tier) - 1]
    for k, date in enumerate(renewals):
        before = change is not None and date < change
        paid = price[lower if before else tier, billing]
        if not before and not trial and float(row["mrr_amount"]) > 0:
            paid = float(row["mrr_amount"]) / int(row["seats"])
        out.append((date, lower if before else tier, "active",
                    {**trial, "renews_at": add_months(paid_from, step * (k + 1)),
                     "unit_price": round(paid * step, 2)}))
    if ended:
        out.append((ended, tier, "canceled", {**trial, "ended_at": ended}))
    return out


def main(directory, out):
    subscriptions, notes = read(directory, "ravenstack_subscriptions"), collections.Counter()
    price = prices(subscriptions)
    usage, limits = usages(subscriptions, read(directory, "ravenstack_feature_usage"))
    write(out, "products", ["product_id", "name", "kind", "family", "tier", "price",
                            "billing_months", "usage_limit"],
          [{"product_id": plan_id(tier, billing), "name": f"{tier} {billing}", "kind": "plan",
            "family": billing, "tier": TIERS.index(tier) + 1,
            "price": round(price[tier, billing] * MONTHS[billing], 2),
            "billing_months": MONTHS[billing], "usage_limit": limits[tier]}
           for billing in MONTHS for tier in TIERS])
    write(out, "customers", ["customer_id", "segment", "signed_up_at", "region", "language"],
          [{"customer_id": row["account_id"], "segment": row["industry"],
            "signed_up_at": row["signup_date"], "region": row["country"], "language": "en"}
           for row in read(directory, "ravenstack_accounts")])
    rows, account = [], {}
    for row in subscriptions:
        account[row["subscription_id"]] = row["account_id"]
        for observed, tier, status, fields in versions(row, price, notes):
            rows.append({"subscription_id": row["subscription_id"],
                         "customer_id": row["account_id"],
                         "product_id": plan_id(tier, row["billing_frequency"]), "status": status,
                         "started_at": row["start_date"], "seats": row["seats"],
                         "observed_at": observed, **fields})
    write(out, "subscriptions", ["subscription_id", "customer_id", "product_id", "status",
                                 "started_at", "trial_ends_at", "renews_at", "ended_at", "seats",
                                 "unit_price", "observed_at"], rows)
    signals = []
    for row in read(directory, "ravenstack_support_tickets"):
        ticket, who = row["ticket_id"], row["account_id"]
        complaint = row["priority"] == "urgent" or row["escalation_flag"].upper() == "TRUE"
        closed = row["closed_at"]
        if closed and len(closed) > 10:  # hours come without a leading zero
            closed = f"{closed[:10]} {int(closed[11:].split(':')[0]):02}:00:00"
        signals.append({"event_id": f"{ticket}-opened", "customer_id": who,
                        "at": row["submitted_at"], "subject": ticket,
                        "type": "complaint_opened" if complaint else "inquiry"})
        if complaint and closed:
            signals.append({"event_id": f"{ticket}-closed", "customer_id": who, "at": closed,
                            "type": "complaint_closed", "subject": ticket})
        if row["satisfaction_score"] and closed:
            signals.append({"event_id": f"{ticket}-csat", "customer_id": who, "at": closed,
                            "type": "csat", "value": row["satisfaction_score"]})
    for (subscription, date), units in usage.items():
        signals.append({"event_id": f"{subscription}-{date}", "customer_id": account[subscription],
                        "at": date, "type": "usage", "value": units, "subject": subscription})
    write(out, "signals", ["event_id", "customer_id", "at", "type", "value", "subject"], signals)
    print(f"{len(rows)} versions of {len(subscriptions)} subscriptions, {len(signals)} signals; " +
          "; ".join(f"{count} {what}" for what, count in sorted(notes.items())))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
