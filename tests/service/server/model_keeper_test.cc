#include "service/server/model_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>

#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::At;
using testing::IsOk;
using testing::Line;
using testing::MakeOrder;
using testing::Shop;

// Does what a request of that time reads stand ready?
bool IsReady(const Shop& shop, const BoundModel& model, base::Micros at) {
  const base::ReaderLock lock(&shop.index.mutex());
  LiveRow scratch;
  const LiveModel* const live = model.LiveAsOf(at);
  const LiveRow* const row =
      live == nullptr ? nullptr
                      : live->Row(model.ItemOf(shop.index.FindProduct("milk")), at, scratch);
  return row != nullptr && row != &scratch;
}

TEST(ModelKeeperTest, KeepsWhatIsServedReadyForRequestsOfNow) {
  Shop shop;
  shop.Put(testing::TeaShopCatalog());
  ASSERT_THAT(shop.engine->SetModel("stable", "v1", testing::TeaShopModels()), IsOk());
  shop.Put({MakeOrder("o1", "", "2024-01-03", {Line("tea"), Line("soap")})});
  const auto model = shop.engine->ModelOf("");
  ASSERT_THAT(model, IsOk());
  const base::Micros now = base::ToMicros(At("2024-01-20"));  // past a boundary
  EXPECT_FALSE(IsReady(shop, **model, now));
  ModelKeeper keeper(shop.engine.get());
  keeper.Keep(At("2024-01-20"));
  while (!IsReady(shop, **model, now)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST(ModelKeeperTest, EndsWithoutAnyWork) {
  const Shop shop;
  const ModelKeeper keeper(shop.engine.get());
}

}  // namespace
}  // namespace tsugi
