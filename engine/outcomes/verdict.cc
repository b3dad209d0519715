#include "engine/outcomes/verdict.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace tsugi {
namespace {

// Two digits that count: 1,900 of 1,874. Such numbers are guides.
std::string About(std::int64_t count) {
  std::int64_t unit = 1;
  while (count / unit >= 100) unit *= 10;
  const std::int64_t rounded = (count + unit - 1) / unit * unit;
  const std::string digits = absl::StrCat(rounded);
  std::string grouped;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped.push_back(',');
    grouped.push_back(digits[i]);
  }
  return grouped;
}

}  // namespace

std::string VerdictOn(const OutcomeRow& row) {
  if (row.shown == 0 && row.withheld == 0) return "nothing was offered in this period";
  if (row.control.customers == 0) {
    return "nobody was left alone, so what the offers added is not known; set "
           "control_group_percent in the policy";
  }
  if (row.treated.customers == 0) return "no known customer was shown anything";
  const models::Effect& effect = row.margin;
  if (std::isfinite(effect.standard_error) && effect.standard_error > 0 && effect.Clear()) {
    return absl::StrFormat("the offers %s about %.2f of margin a customer (%.2f to %.2f)",
                           effect.value > 0 ? "added" : "cost", std::abs(effect.value),
                           std::min(std::abs(effect.interval.low), std::abs(effect.interval.high)),
                           std::max(std::abs(effect.interval.low), std::abs(effect.interval.high)));
  }
  if (!row.more_customers.has_value() || *row.more_customers <= 0) {
    return "not yet enough data: no difference to be seen so far";
  }
  return absl::StrCat("not yet enough data: about ", About(*row.more_customers),
                      " more customers needed");
}

}  // namespace tsugi
