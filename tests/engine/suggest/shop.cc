#include "tests/engine/suggest/shop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/policy/parse.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::testing {
namespace {

struct Trained {
  models::PopularityModel popularity;
  models::CoPurchaseModel co_purchase;
  models::ItemRegressionModel item_regression;
  models::IalsModel ials;
  ModelSet set;
};

template <typename T>
T Must(absl::StatusOr<T> result) {
  EXPECT_THAT(result, IsOk());
  return *std::move(result);
}

}  // namespace

std::shared_ptr<const ModelSet> TrainModels(const std::vector<std::vector<std::string>>& orders) {
  auto trained = std::make_shared<Trained>();
  std::set<std::string> ids;
  for (const auto& order : orders) ids.insert(order.begin(), order.end());
  ModelSet& set = trained->set;
  set.product_ids.assign(ids.begin(), ids.end());
  for (std::uint32_t i = 0; i < set.product_ids.size(); ++i) set.item_of[set.product_ids[i]] = i;
  std::vector<std::vector<std::uint32_t>> rows;
  for (const auto& order : orders) {
    std::set<std::uint32_t> row;
    for (const std::string& id : order) row.insert(set.item_of.at(id));
    rows.emplace_back(row.begin(), row.end());
  }
  const models::SparseMatrix matrix =
      models::FromRows(rows, static_cast<std::uint32_t>(set.product_ids.size()));
  models::Baskets baskets;
  baskets.orders = matrix.View();
  trained->popularity = Must(models::TrainPopularity(baskets, {}));
  trained->co_purchase = Must(models::TrainCoPurchase(baskets, {}));
  trained->item_regression = Must(models::TrainItemRegression(baskets, {.l2 = 1.0}));
  models::IalsOptions ials;
  ials.dim = 8;
  ials.epochs = 4;
  trained->ials = Must(models::TrainIals(matrix.View(), ials));
  set.popularity = trained->popularity.View();
  set.co_purchase = trained->co_purchase.View();
  set.item_regression = trained->item_regression.View();
  set.ials = trained->ials.View();
  return {trained, &trained->set};
}

Shop::Shop(const Policy* policy) {
  engine = Must(Engine::Create(&index, policy == nullptr ? OpenPolicy() : *policy, {}));
}

void Shop::Put(std::vector<Fact> facts) {
  ASSERT_THAT(store.Put(std::move(facts)), IsOk());
  ASSERT_THAT(follower.CatchUp(), IsOk());
}

void Shop::Train(const std::vector<std::vector<std::string>>& orders) {
  ASSERT_THAT(engine->SetModel("stable", "v1", TrainModels(orders)), IsOk());
}

Suggestions Shop::Ask(const SuggestRequest& request) const {
  return Must(engine->Suggest(request));
}

Context Shop::Resolve(const SuggestRequest& request) const {
  const base::ReaderLock lock(&index.mutex());
  return Must(ResolveContext(index, engine->policy()->context, request));
}

std::vector<Candidate> Shop::Candidates(const SuggestRequest& request) const {
  const std::shared_ptr<const BoundModel> model = Must(engine->ModelOf(""));
  const base::ReaderLock lock(&index.mutex());
  const Context context = Must(ResolveContext(index, engine->policy()->context, request));
  std::vector<Candidate> candidates;
  EXPECT_THAT(CollectCandidates(*model, index, context, {}, candidates), IsOk());
  // Their subscriptions lived in the context.
  for (Candidate& candidate : candidates) candidate.subscription = nullptr;
  return candidates;
}

std::string ToText(const Suggestions& answer) {
  std::string text = absl::StrCat(answer.model_version, " ", absl::FormatTime(answer.decided_at));
  for (const Suggestion& s : answer.suggestions) {
    absl::StrAppend(&text, "\n", static_cast<int>(s.kind), " ", s.product_id, " ", s.product_name,
                    " ", s.quantity, " ", s.replaces_product_id, " ", s.subscription_id, " ",
                    s.rule_id);
    absl::StrAppend(&text, " ", absl::Hex(std::bit_cast<std::uint64_t>(s.probability)), " ",
                    absl::Hex(std::bit_cast<std::uint64_t>(s.priority)), " ", s.price.ToString(),
                    " ", s.list_price.ToString());
    if (s.valid_until) absl::StrAppend(&text, " until ", absl::FormatTime(*s.valid_until));
    for (const Reason& reason : s.reasons) absl::StrAppend(&text, "\n  ", reason.text);
    for (const std::string& point : s.talking_points) absl::StrAppend(&text, "\n  - ", point);
  }
  for (const Explanation& e : answer.explanation) {
    absl::StrAppend(&text, "\n? ", e.product_id, " ", static_cast<int>(e.outcome), " ",
                    absl::Hex(std::bit_cast<std::uint64_t>(e.probability)));
  }
  return absl::StrCat(text, "\n", answer.no_offer_text);
}

SuggestRequest CartRequest(const std::vector<std::string>& cart, const std::string& at,
                           const std::string& customer) {
  SuggestRequest request;
  request.at = At(at);
  request.customer_id = customer;
  for (const std::string& id : cart) request.cart.push_back({id, 1, std::nullopt});
  return request;
}

std::vector<std::string> OfferedIds(const Suggestions& answer) {
  std::vector<std::string> ids;
  for (const Suggestion& s : answer.suggestions) ids.push_back(s.product_id);
  return ids;
}

std::shared_ptr<ModelSet> TeaShopModels() {
  struct Kept {
    std::shared_ptr<const ModelSet> models;
    ModelSet set;
  };
  auto kept = std::make_shared<Kept>();
  kept->models = TrainModels(TeaShopOrders());
  kept->set = *kept->models;
  kept->set.live = {.until = base::ToMicros(At("2024-01-01")),
                    .l2 = 1,
                    .regression_exponent = 0.5,
                    .co_purchase_exponent = 1,
                    .recent_days = 30,
                    .recent_orders = 34};
  return {kept, &kept->set};
}

std::vector<std::vector<std::string>> TeaShopOrders() {
  std::vector<std::vector<std::string>> orders;
  for (int i = 0; i < 12; ++i) {
    orders.push_back({"tea", "cup"});
    orders.push_back({"coffee", "filter"});
    if (i % 2 == 0) orders.push_back({"tea", "milk"});
    if (i % 3 == 0) orders.push_back({"soap"});
  }
  return orders;
}

std::vector<Fact> TeaShopCatalog() {
  std::vector<Fact> facts;
  for (const char* id : {"tea", "cup", "coffee", "filter", "milk", "soap"}) {
    facts.emplace_back(Goods(id));
  }
  return facts;
}

}  // namespace tsugi::testing
