#!/usr/bin/env python3
"""Writes the Foodie-Fi data set (a streaming shop's subscriptions, synthetic) as Tsugi's import files.

  scripts/map_foodie_fi.py DIRECTORY_OF_THE_DATA OUT
  tsugi --store foodie.db store init
  for kind in products customers subscriptions; do
    tsugi --store foodie.db import $kind OUT/$kind.csv
  done

What is assumed:

- A customer has one subscription; every row of the data is a version of it, from its start_date on.
- The trial lasts seven days and is of pro monthly, which is what the shop continues with by itself.
- basic monthly, pro monthly and pro annual are tiers 1, 2 and 3 of one family. A month (year) after
  a plan began it renews, and again, until the next row or LAST_DAY; each renewal is a version.
- churn ends the subscription on its date.
"""

import datetime
import sys

from mapping import add_months, read, write

LAST_DAY = datetime.date(2021, 4, 30)
PLANS = {"1": ("basic_monthly", 1, 1), "2": ("pro_monthly", 2, 1), "3": ("pro_annual", 3, 12)}
TRIAL, CHURN = "0", "4"


def versions(customer, rows, price):
    start = datetime.date.fromisoformat(rows[0]["start_date"])
    trial_end = start + datetime.timedelta(7)
    base = {"subscription_id": f"F{customer}", "customer_id": customer, "started_at": start,
            "trial_ends_at": trial_end}
    plan = PLANS["2"]
    for row, following in zip(rows, rows[1:] + [None]):
        date = datetime.date.fromisoformat(row["start_date"])
        until = (datetime.date.fromisoformat(following["start_date"]) if following
                 else LAST_DAY + datetime.timedelta(1))
        if row["plan_id"] == TRIAL:
            yield {**base, "product_id": plan[0], "status": "trialing", "observed_at": date}
            continue
        if row["plan_id"] == CHURN:
            yield {**base, "product_id": plan[0], "status": "canceled", "ended_at": date,
                   "observed_at": date}
            continue
        plan, k = PLANS[row["plan_id"]], 0
        while (renewed := add_months(date, plan[2] * k)) < until:
            yield {**base, "product_id": plan[0], "status": "active", "observed_at": renewed,
                   "renews_at": add_months(date, plan[2] * (k + 1)),
                   "unit_price": price[row["plan_id"]]}
            k += 1


def main(directory, out):
    price = {row["plan_id"]: row["price"] for row in read(directory, "plans")}
    write(out, "products", ["product_id", "kind", "family", "tier", "price", "billing_months"],
          [{"product_id": name, "kind": "plan", "family": "foodie", "tier": tier,
            "price": price[plan], "billing_months": months}
           for plan, (name, tier, months) in PLANS.items()])
    customers = {}
    for row in read(directory, "subscriptions"):
        customers.setdefault(row["customer_id"], []).append(row)
    rows = []
    for customer, own in customers.items():
        own.sort(key=lambda row: row["start_date"])
        rows.extend(versions(customer, own, price))
    write(out, "customers", ["customer_id", "signed_up_at"],
          [{"customer_id": customer, "signed_up_at": own[0]["start_date"]}
           for customer, own in customers.items()])
    write(out, "subscriptions", ["subscription_id", "customer_id", "product_id", "status",
                                 "started_at", "trial_ends_at", "renews_at", "ended_at",
                                 "unit_price", "observed_at"], rows)
    print(f"{len(rows)} versions of {len(customers)} subscriptions")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
