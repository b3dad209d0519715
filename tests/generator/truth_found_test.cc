// The models find, from the sample shop's orders alone, which products belong together.
#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "generator/generator.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "models/co_purchase.h"
#include "tests/generator/shop_files.h"
#include "tests/models/model_data.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi::generator {
namespace {

constexpr std::uint32_t kOrdersToBelieve = 30;
constexpr std::size_t kNeighbours = 10;

// Orders as rows of product numbers; numbers by id in order of appearance.
struct Orders {
  std::map<std::string, std::uint32_t> numbers;
  std::vector<std::vector<std::uint32_t>> rows;
};

Orders ReadOrders(const std::string& path) {
  Orders orders;
  std::map<std::string, std::vector<std::uint32_t>> by_id;
  for (const Row& row : ReadCsv(path)) {
    if (row.at("quantity")[0] == '-') continue;
    const auto next = static_cast<std::uint32_t>(orders.numbers.size());
    const auto number = orders.numbers.emplace(row.at("product_id"), next).first->second;
    by_id[row.at("order_id")].push_back(number);
  }
  for (auto& [id, items] : by_id) {
    std::sort(items.begin(), items.end());
    orders.rows.push_back(std::move(items));
  }
  return orders;
}

TEST(TruthFoundTest, CoPurchaseFindsTheComplementsAmongTenOfTwoHundredProducts) {
  const testing::TempDir directory;
  GeneratorOptions options;
  options.customers = 1500;
  options.products = 200;
  ASSERT_THAT(Generate(options, directory.path()), testing::IsOk());
  const Orders orders = ReadOrders(directory.File("orders.csv"));
  const auto matrix =
      models::FromRows(orders.rows, static_cast<std::uint32_t>(orders.numbers.size()));
  const auto model = models::TrainCoPurchase({.orders = matrix.View()}, {});
  ASSERT_THAT(model, testing::IsOk());
  const models::CoPurchaseView view = model->View();

  int believable = 0;
  int found = 0;
  const auto truth = nlohmann::json::parse(directory.Read("truth.json"));
  for (const auto& pair : truth["complements"]) {
    const auto product = orders.numbers.find(pair["product"].get<std::string>());
    const auto complement = orders.numbers.find(pair["complement"].get<std::string>());
    if (product == orders.numbers.end() || complement == orders.numbers.end()) continue;
    if (view.item_orders[product->second] < kOrdersToBelieve) continue;
    ++believable;
    const auto near = view.Neighbours(product->second).items;
    const auto best = near.first(std::min(near.size(), kNeighbours));
    found += std::find(best.begin(), best.end(), complement->second) != best.end() ? 1 : 0;
  }
  EXPECT_GE(believable, 60);
  EXPECT_GE(found * 10, believable * 9) << found << " of " << believable;
}

}  // namespace
}  // namespace tsugi::generator
