// A shop of a few products for tests of the serving path: facts in a memory store, models trained
// on the orders in it, and an engine over both.
#ifndef TSUGI_TESTS_ENGINE_SUGGEST_SHOP_H_
#define TSUGI_TESTS_ENGINE_SUGGEST_SHOP_H_

#include <memory>
#include <string>
#include <vector>

#include "engine/candidates/bound_model.h"
#include "engine/policy/policy.h"
#include "engine/snapshot/model_set.h"
#include "engine/state/fact_index.h"
#include "engine/state/follower.h"
#include "engine/suggest/engine.h"
#include "tests/testing/memory_store.h"

namespace tsugi::testing {

// Trains every item model on these orders (product ids; repeats inside an order count once); no
// ranker. REQUIRES: at least one order.
std::shared_ptr<const ModelSet> TrainModels(const std::vector<std::vector<std::string>>& orders);

class Shop {
 public:
  // `policy`: null for the built-in `open`, where everything that can be sold is offered.
  explicit Shop(const Policy* policy = nullptr);

  void Put(std::vector<Fact> facts);
  // Serves models trained on these orders (they need not be in the store) as stable.
  void Train(const std::vector<std::vector<std::string>>& orders);

  // Fails the test on an error.
  Suggestions Ask(const SuggestRequest& request) const;
  Context Resolve(const SuggestRequest& request) const;
  std::vector<Candidate> Candidates(const SuggestRequest& request) const;
  std::string IdOf(const ProductRef& product) const { return index.product(product.index).id; }

  MemoryStore store;
  FactIndex index;
  Follower follower{&store, &index};
  std::unique_ptr<Engine> engine;
};

// Everything in an answer but its id, as text: equal texts, equal answers.
std::string ToText(const Suggestions& answer);

// A request of a cart (quantities 1) at an instant.
SuggestRequest CartRequest(const std::vector<std::string>& cart, const std::string& at,
                           const std::string& customer = "");

std::vector<std::string> OfferedIds(const Suggestions& answer);

// Orders of a tea shop: tea goes with cups and with milk, coffee with filters; soap with nothing.
std::vector<std::vector<std::string>> TeaShopOrders();
// Models of these, which know orders of before 2024: what orders since add to them can be told.
std::shared_ptr<ModelSet> TeaShopModels();
// Its catalogue: each product at 10, all goods.
std::vector<Fact> TeaShopCatalog();

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_ENGINE_SUGGEST_SHOP_H_
