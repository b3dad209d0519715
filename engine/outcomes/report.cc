#include "engine/outcomes/report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "engine/facts/names.h"
#include "engine/facts/predicates.h"
#include "engine/outcomes/attribution.h"
#include "engine/outcomes/purchases.h"
#include "engine/outcomes/verdict.h"

namespace tsugi {
namespace {

// A customer in one row: in the arm of the first offer there, for one window from it on.
struct Unit {
  absl::Time begin = absl::InfiniteFuture();
  std::string first;  // recommendation_id of the first offer, for ties
  bool control = false;
  absl::flat_hash_set<std::string> products;  // offered or withheld
};

struct RowBuilder {
  OutcomeRow row;
  std::map<std::string, Unit> units;  // by customer; sums are added in this order
  absl::flat_hash_set<std::string> contacts;
  absl::flat_hash_map<std::size_t, double> kept;  // of each credited sale, what is not taken back
};

class Report {
 public:
  Report(const OutcomeFacts& facts, const OutcomeOptions& options)
      : facts_(facts),
        options_(options),
        purchases_(PurchaseEvents(facts, options.default_margin)) {
    for (std::size_t i = 0; i < purchases_.size(); ++i) {
      if (!purchases_[i].customer_id.empty()) of_customer_[purchases_[i].customer_id].push_back(i);
    }
  }

  OutcomeReport Make() {
    OutcomeReport report;
    report.to = options_.to;
    report.from = options_.from;
    if (options_.by == OutcomeDimension::kAll) rows_[""];
    AddOffers(&report.from);
    AddReactions();
    AddContacts();
    AddCredits();
    for (auto& [key, builder] : rows_) report.rows.push_back(Finish(key, builder));
    std::sort(report.rows.begin(), report.rows.end(), [](const OutcomeRow& a, const OutcomeRow& b) {
      return std::tie(b.shown, a.key) < std::tie(a.shown, b.key);
    });
    return report;
  }

 private:
  bool Inside(const Exposure& exposure) const {
    return exposure.at >= options_.from && exposure.at < options_.to;
  }

  std::string KeyOf(const Exposure& exposure) const {
    switch (options_.by) {
      case OutcomeDimension::kAll:
        return "";
      case OutcomeDimension::kMoment:
        return exposure.moment.has_value() ? std::string(Name(*exposure.moment)) : "";
      case OutcomeDimension::kOfferKind:
        return exposure.offer_kind.has_value() ? std::string(Name(*exposure.offer_kind)) : "";
      case OutcomeDimension::kPlacement:
        return exposure.placement;
      case OutcomeDimension::kRule:
        return exposure.rule_id;
      case OutcomeDimension::kSegment: {
        const std::string* segment = VersionAt(facts_.segments, exposure.customer_id, exposure.at);
        return segment == nullptr ? "" : *segment;
      }
      case OutcomeDimension::kModelVersion:
        return exposure.model_version;
    }
    return "";
  }

  RowBuilder& RowOf(const Exposure& exposure) { return rows_[KeyOf(exposure)]; }

  void AddOffers(absl::Time* from) {
    absl::Time first = absl::InfiniteFuture();
    for (const Exposure& exposure : facts_.exposures) {
      if (!Inside(exposure)) continue;
      first = std::min(first, exposure.at);
      RowBuilder& builder = RowOf(exposure);
      ++(exposure.control ? builder.row.withheld : builder.row.shown);
      if (!exposure.control && IsOutbound(exposure.placement, options_.outbound_placements)) {
        builder.contacts.insert(exposure.recommendation_id);
      }
      if (exposure.customer_id.empty()) continue;
      Unit& unit = builder.units[exposure.customer_id];
      unit.products.insert(exposure.product_id);
      if (std::tie(exposure.at, exposure.recommendation_id) < std::tie(unit.begin, unit.first)) {
        unit.begin = exposure.at;
        unit.first = exposure.recommendation_id;
        unit.control = exposure.control;
      }
    }
    if (*from == absl::InfinitePast()) {
      *from = first == absl::InfiniteFuture() ? options_.to : first;
    }
  }

  void AddReactions() {
    const std::vector<std::size_t> offers = OffersOfReactions(facts_.exposures, facts_.reactions);
    std::map<std::size_t, const ReactionEvent*> newest;  // by exposure
    for (std::size_t i = 0; i < offers.size(); ++i) {
      if (offers[i] == facts_.exposures.size() || !Inside(facts_.exposures[offers[i]])) continue;
      const ReactionEvent*& last = newest[offers[i]];
      const ReactionEvent& reaction = facts_.reactions[i];
      if (last == nullptr ||
          std::tie(last->at, last->event_id) < std::tie(reaction.at, reaction.event_id)) {
        last = &reaction;
      }
    }
    for (const auto& [exposure, reaction] : newest) {
      OutcomeRow& row = RowOf(facts_.exposures[exposure]).row;
      switch (reaction->reaction) {
        case Reaction::kAccepted:
          ++row.accepted;
          break;
        case Reaction::kDeclined:
          ++row.declined;
          break;
        case Reaction::kMaybeLater:
          ++row.maybe_later;
          break;
      }
    }
  }

  // Those that name no answer say nothing of a moment or a rule: they count where all are one row.
  void AddContacts() {
    if (options_.by != OutcomeDimension::kAll) return;
    RowBuilder& builder = rows_[""];
    for (const Contact& contact : facts_.contacts) {
      if (contact.at < options_.from || contact.at >= options_.to) continue;
      builder.contacts.insert(contact.recommendation_id.empty() ? "event " + contact.event_id
                                                                : contact.recommendation_id);
    }
  }

  void AddCredits() {
    for (const Credit& credit : CreditPurchases(facts_.exposures, purchases_, options_.window)) {
      const Exposure& exposure = facts_.exposures[credit.exposure];
      if (!Inside(exposure)) continue;
      const PurchaseEvent& purchase = purchases_[credit.purchase];
      RowBuilder& builder = RowOf(exposure);
      builder.row.credited_revenue += purchase.revenue;
      builder.row.credited_margin += purchase.margin;
      builder.kept[purchase.sale] += purchase.quantity;
    }
  }

  void AddUnit(const std::string& customer, const Unit& unit, OutcomeRow& row) {
    ArmTotals& arm = unit.control ? row.control : row.treated;
    double revenue = 0;
    double margin = 0;
    absl::flat_hash_map<std::size_t, double> offered;  // quantity kept of sales of what was offered
    const auto found = of_customer_.find(customer);
    if (found != of_customer_.end()) {
      for (const std::size_t i : found->second) {
        const PurchaseEvent& purchase = purchases_[i];
        const PurchaseEvent& sale = purchases_[purchase.sale];
        // What takes back a sale of before the offer is none of its doing.
        if (sale.at < unit.begin || purchase.at >= unit.begin + options_.window) continue;
        revenue += purchase.revenue;
        margin += purchase.margin;
        if (unit.products.contains(purchase.product_id)) {
          offered[purchase.sale] += purchase.quantity;
        }
      }
    }
    ++arm.customers;
    arm.revenue.Add(revenue);
    arm.margin.Add(margin);
    const bool bought = std::any_of(offered.begin(), offered.end(),
                                    [](const auto& sale) { return sale.second > 0; });
    if (bought) ++arm.converted;
  }

  OutcomeRow Finish(const std::string& key, RowBuilder& builder) {
    OutcomeRow& row = builder.row;
    row.key = key;
    row.contacts = static_cast<std::int64_t>(builder.contacts.size());
    row.credited_purchases = std::count_if(builder.kept.begin(), builder.kept.end(),
                                           [](const auto& sale) { return sale.second > 0; });
    for (const auto& [customer, unit] : builder.units) AddUnit(customer, unit, row);
    const ArmTotals& treated = row.treated;
    const ArmTotals& control = row.control;
    const double level = options_.power.level;
    const auto rate = [](const ArmTotals& arm) {
      return models::Proportion{static_cast<double>(arm.converted),
                                static_cast<double>(arm.customers)};
    };
    row.conversion = models::RateDifference(rate(treated), rate(control), level);
    row.revenue = models::MeanDifference(treated.revenue, control.revenue, level);
    row.margin = models::MeanDifference(treated.margin, control.margin, level);
    row.more_customers =
        models::MoreCustomersNeeded(treated.margin, control.margin, options_.power);
    row.verdict = VerdictOn(row);
    return row;
  }

  const OutcomeFacts& facts_;
  const OutcomeOptions& options_;
  const std::vector<PurchaseEvent> purchases_;
  absl::flat_hash_map<std::string, std::vector<std::size_t>> of_customer_;
  std::map<std::string, RowBuilder> rows_;
};

}  // namespace

OutcomeReport ReportOutcomes(const OutcomeFacts& facts, const OutcomeOptions& options) {
  return Report(facts, options).Make();
}

std::optional<OutcomeDimension> OutcomeDimensionFromName(std::string_view name) {
  using enum OutcomeDimension;
  constexpr std::pair<std::string_view, OutcomeDimension> kNames[] = {
      {"moment", kMoment}, {"kind", kOfferKind},  {"placement", kPlacement},
      {"rule", kRule},     {"segment", kSegment}, {"model_version", kModelVersion}};
  for (const auto& [known, dimension] : kNames) {
    if (known == name) return dimension;
  }
  return std::nullopt;
}

}  // namespace tsugi
