// What the tests of Decide share: a shop, a customer of it and a simple policy.
#ifndef TSUGI_TESTS_ENGINE_POLICY_DECIDE_FIXTURE_H_
#define TSUGI_TESTS_ENGINE_POLICY_DECIDE_FIXTURE_H_

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/policy/policy.h"
#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {

inline constexpr char kSimplePolicy[] = R"(version: 1
rules:
- {id: cart, moment: pre_purchase, offers: [cross_sell, upgrade]}
- {id: renewal, moment: renewal, offers: [upgrade, add_on]}
- {id: trial, moment: trial_end, offers: [trial_conversion]}
)";

// A customer on the plan Basic, renewed monthly; three tiers and an add-on.
class DecideTest : public ::testing::Test {
 protected:
  DecideTest() {
    facts_.id = "S1";
    facts_.customer_id = "C1";
    facts_.product_id = "Basic";
    facts_.started_at = T("2025-01-20");
    facts_.renews_at = T("2026-03-20T00:00:00Z");
  }

  Context WithPlan(const std::string& at) {
    Context context = At(at);
    context.subscriptions = {{&facts_, basic_, std::nullopt}};
    return context;
  }

  Decision Decide1(const Context& context, std::vector<ScoredOffer> offers, int most = 0) {
    return Decide(policy_, context, std::move(offers), most);
  }

  Catalogue shop_;
  ProductRef basic_ = shop_.Plan("Basic", 1, "10");
  ProductRef plus_ = shop_.Plan("Plus", 2, "20");
  ProductRef pro_ = shop_.Plan("Pro", 3, "40");
  ProductRef mouse_ = shop_.Goods("mouse", "20");
  ProductRef case_ = shop_.Goods("case", "30");
  ProductRef phone1_ = shop_.Goods("phone1", "100", "phone", 1);
  ProductRef phone2_ = shop_.Goods("phone2", "150", "phone", 2);
  Subscription facts_;
  Policy policy_ = Read(kSimplePolicy);
};

}  // namespace tsugi

#endif  // TSUGI_TESTS_ENGINE_POLICY_DECIDE_FIXTURE_H_
