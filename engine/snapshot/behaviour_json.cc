#include "engine/snapshot/behaviour_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tsugi {
namespace {

using nlohmann::json;

constexpr std::array<const char*, kTransitionCount> kTransitionNames = {"upgrade", "loss",
                                                                        "conversion"};

json OrdersJson(const OrderBehaviour& from) {
  const models::BgNbdParameters& p = from.purchases;
  json out = {{"segment", from.segment},
              {"r", p.r},
              {"alpha", p.alpha},
              {"a", p.a},
              {"b", p.b},
              {"mean_order", from.mean_order},
              {"customers", from.customers},
              {"repeat_customers", from.repeat_customers},
              {"spend", nullptr}};
  if (from.spend.has_value()) {
    out["spend"] = {{"p", from.spend->p}, {"q", from.spend->q}, {"v", from.spend->v}};
  }
  return out;
}

OrderBehaviour ReadOrders(const json& in) {
  OrderBehaviour out;
  in.at("segment").get_to(out.segment);
  in.at("r").get_to(out.purchases.r);
  in.at("alpha").get_to(out.purchases.alpha);
  in.at("a").get_to(out.purchases.a);
  in.at("b").get_to(out.purchases.b);
  in.at("mean_order").get_to(out.mean_order);
  in.at("customers").get_to(out.customers);
  in.at("repeat_customers").get_to(out.repeat_customers);
  const json& spend = in.at("spend");
  if (spend.is_null()) return out;
  out.spend.emplace();
  spend.at("p").get_to(out.spend->p);
  spend.at("q").get_to(out.spend->q);
  spend.at("v").get_to(out.spend->v);
  return out;
}

json ContractJson(const ContractBehaviour& from) {
  return {{"segment", from.segment},
          {"billing_months", from.billing_months},
          {"alpha", from.parameters.alpha},
          {"beta", from.parameters.beta},
          {"lost", from.lost},
          {"alive", from.alive}};
}

ContractBehaviour ReadContract(const json& in) {
  ContractBehaviour out;
  in.at("segment").get_to(out.segment);
  in.at("billing_months").get_to(out.billing_months);
  in.at("alpha").get_to(out.parameters.alpha);
  in.at("beta").get_to(out.parameters.beta);
  in.at("lost").get_to(out.lost);
  in.at("alive").get_to(out.alive);
  return out;
}

json TransitionJson(const TransitionModel& from) {
  return {{"coefficients", from.coefficients},
          {"means", from.means},
          {"feature_version", from.feature_version},
          {"rows", from.rows},
          {"events", from.events}};
}

TransitionModel ReadTransition(const json& in) {
  TransitionModel out;
  in.at("coefficients").get_to(out.coefficients);
  in.at("means").get_to(out.means);
  in.at("feature_version").get_to(out.feature_version);
  in.at("rows").get_to(out.rows);
  in.at("events").get_to(out.events);
  return out;
}

json AcceptanceJson(const AcceptanceModel& from) {
  return {{"coefficients", from.coefficients},
          {"feature_version", from.feature_version},
          {"shown", from.shown},
          {"accepted", from.accepted}};
}

AcceptanceModel ReadAcceptance(const json& in) {
  AcceptanceModel out;
  in.at("coefficients").get_to(out.coefficients);
  in.at("feature_version").get_to(out.feature_version);
  in.at("shown").get_to(out.shown);
  in.at("accepted").get_to(out.accepted);
  return out;
}

bool AllFinite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

absl::Status Damaged(const std::string& part, const absl::Status& why) {
  return absl::DataLossError(absl::StrCat("manifest.json: behaviour: ", part, ": ",
                                          std::string(why.message()),
                                          "; the snapshot is damaged: train again or roll back"));
}

absl::Status CheckOrders(const OrderBehaviour& orders) {
  const auto purchases = models::BgNbdModel::Create(orders.purchases);
  if (!purchases.ok()) return Damaged("orders", purchases.status());
  if (orders.spend.has_value()) {
    const auto spend = models::GammaGammaModel::Create(*orders.spend);
    if (!spend.ok()) return Damaged("spend", spend.status());
  }
  if (std::isfinite(orders.mean_order)) return absl::OkStatus();
  return Damaged("mean_order", absl::DataLossError("is not finite"));
}

}  // namespace

json BehaviourJson(const Behaviour& behaviour) {
  json out;
  for (const OrderBehaviour& orders : behaviour.orders) out["orders"].push_back(OrdersJson(orders));
  for (const ContractBehaviour& contract : behaviour.contracts) {
    out["contracts"].push_back(ContractJson(contract));
  }
  for (std::size_t t = 0; t < kTransitionCount; ++t) {
    if (!behaviour.transitions[t].has_value()) continue;
    out["transitions"][kTransitionNames[t]] = TransitionJson(*behaviour.transitions[t]);
  }
  if (behaviour.acceptance.has_value()) out["acceptance"] = AcceptanceJson(*behaviour.acceptance);
  if (behaviour.habit_goes_on > 0) {
    out["habits"] = {{"goes_on", behaviour.habit_goes_on},
                     {"replaced", behaviour.habit_replaced},
                     {"begins", behaviour.habit_begins},
                     {"interval_spread",
                      {{"customer", behaviour.interval_spread.customer},
                       {"habit", behaviour.interval_spread.habit},
                       {"interval", behaviour.interval_spread.interval}}},
                     {"items", behaviour.repeats_per_year.size()}};
  }
  return out;
}

void ReadBehaviour(const json& in, Behaviour& behaviour) {
  behaviour = {};
  if (in.is_null()) return;
  for (const json& orders : in.value("orders", json::array())) {
    behaviour.orders.push_back(ReadOrders(orders));
  }
  for (const json& contract : in.value("contracts", json::array())) {
    behaviour.contracts.push_back(ReadContract(contract));
  }
  const json transitions = in.value("transitions", json::object());
  for (std::size_t t = 0; t < kTransitionCount; ++t) {
    if (!transitions.contains(kTransitionNames[t])) continue;
    behaviour.transitions[t] = ReadTransition(transitions.at(kTransitionNames[t]));
  }
  if (in.contains("acceptance")) behaviour.acceptance = ReadAcceptance(in.at("acceptance"));
  if (in.contains("habits")) {
    const json& habits = in.at("habits");
    habits.at("goes_on").get_to(behaviour.habit_goes_on);
    behaviour.habit_replaced = habits.value("replaced", 1.0);
    behaviour.habit_begins = habits.value("begins", 0.0);
    if (habits.contains("interval_spread")) {
      const json& spread = habits.at("interval_spread");
      spread.at("customer").get_to(behaviour.interval_spread.customer);
      spread.at("habit").get_to(behaviour.interval_spread.habit);
      spread.at("interval").get_to(behaviour.interval_spread.interval);
    }
  }
}

absl::Status ValidateBehaviour(const Behaviour& behaviour) {
  for (const OrderBehaviour& orders : behaviour.orders) {
    TSUGI_RETURN_IF_ERROR(CheckOrders(orders));
  }
  for (const ContractBehaviour& contract : behaviour.contracts) {
    const auto model = models::ContractModel::Create(contract.parameters);
    if (!model.ok()) return Damaged("contracts", model.status());
    if (contract.billing_months < 1) {
      return Damaged("contracts", absl::DataLossError("billing_months is below 1"));
    }
  }
  for (const std::optional<TransitionModel>& transition : behaviour.transitions) {
    if (!transition.has_value()) continue;
    if (!AllFinite(transition->coefficients) || !AllFinite(transition->means) ||
        transition->coefficients.size() != transition->means.size() + 1) {
      return Damaged("transitions", absl::DataLossError("coefficients and means do not fit"));
    }
  }
  if (behaviour.acceptance.has_value() && !AllFinite(behaviour.acceptance->coefficients)) {
    return Damaged("acceptance", absl::DataLossError("a coefficient is not finite"));
  }
  if (!(behaviour.habit_goes_on >= 0 && behaviour.habit_goes_on < 1)) {
    return Damaged("habits", absl::DataLossError("goes_on is not in [0, 1)"));
  }
  if (!(behaviour.habit_replaced >= 0 && behaviour.habit_replaced <= 1)) {
    return Damaged("habits", absl::DataLossError("replaced is not in [0, 1]"));
  }
  if (!(behaviour.habit_begins >= 0 && behaviour.habit_begins < 1)) {
    return Damaged("habits", absl::DataLossError("begins is not in [0, 1)"));
  }
  const models::ReplenishmentSpread& spread = behaviour.interval_spread;
  const auto positive = [](double v) { return std::isfinite(v) && v > 0; };
  if (!positive(spread.customer) || !positive(spread.habit) || !positive(spread.interval)) {
    return Damaged("habits", absl::DataLossError("an interval_spread is not above 0"));
  }
  return absl::OkStatus();
}

}  // namespace tsugi
