// The whole way through the real program and a real socket: a sample shop, import, training,
// serving, a crash, and the same answers again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/testing/process.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using testing::Background;
using testing::Finished;
using ::testing::HasSubstr;
using testing::RunProgram;
using Json = nlohmann::json;

constexpr char kEnd[] = "2026-01-01T00:00:00Z";  // the sample shop's last instant

class EndToEnd : public ::testing::Test {
 protected:
  // One shop for all tests: imported and trained.
  static void SetUpTestSuite() {
    directory_ = new testing::TempDir();
    const auto must = [](const std::vector<std::string>& arguments) {
      const Finished done = Tsugi(arguments);
      ASSERT_EQ(done.exit_code, 0) << arguments[0] << ": " << done.err;
    };
    must({"generate", "--out", "shop", "--customers", "400", "--products", "120"});
    for (const char* kind : {"products", "customers", "orders", "subscriptions", "signals",
                             "campaigns", "exposures", "reactions"}) {
      must({"import", kind, std::string("shop/") + kind + ".csv", "--quiet"});
    }
    must({"train", "--quiet"});
  }
  static void TearDownTestSuite() { delete directory_; }

  static std::string Program() { return std::string(TSUGI_BINARY_DIR) + "/tsugi"; }

  static Finished Tsugi(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), Program());
    return RunProgram(arguments, directory_->path(), input);
  }

  static Json JsonOf(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const Finished done = Tsugi(arguments);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return Json::parse(done.out, nullptr, false);
  }

  static std::vector<std::string> Serve() {
    return {Program(), "serve", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"};
  }

  static std::string Log() { return std::string(directory_->path()) + "/server.log"; }

  // A product of the shop that goes into carts.
  static std::string AnyProduct() {
    std::ifstream orders(std::string(directory_->path()) + "/shop/orders.csv");
    std::string header;
    std::string row;
    std::getline(orders, header);
    std::getline(orders, row);
    std::istringstream names(header);
    std::istringstream cells(row);
    for (std::string name, cell;
         std::getline(names, name, ',') && std::getline(cells, cell, ',');) {
      if (name == "product_id") return cell;
    }
    return "";
  }

  static Json WithoutId(Json answer) {
    answer.erase("recommendationId");
    return answer;
  }

  static testing::TempDir* directory_;
};

testing::TempDir* EndToEnd::directory_ = nullptr;

TEST_F(EndToEnd, CheckoutGetsSuggestionsThatAreNotInTheCart) {
  const std::string product = AnyProduct();
  const Json answer = JsonOf({"suggest", "--cart", product, "--at", kEnd, "--policy", "open"});
  ASSERT_TRUE(answer.contains("suggestions")) << answer.dump();
  for (const Json& suggestion : answer["suggestions"]) {
    EXPECT_NE(suggestion["productId"], product);
  }
}

TEST_F(EndToEnd, ServerAndLocalAnswersAreTheSameBeforeAndAfterACrash) {
  const std::vector<std::string> ask = {"suggest", "--cart", AnyProduct(), "--at", kEnd};
  const Json local = WithoutId(JsonOf(ask));
  for (int run = 0; run < 2; ++run) {
    Background server(Serve(), directory_->path(), Log());
    const std::string address = server.WaitForLine("listening on ");
    ASSERT_FALSE(address.empty());
    std::vector<std::string> ask_server = ask;
    ask_server.insert(ask_server.end(), {"--server", address});
    EXPECT_EQ(WithoutId(JsonOf(ask_server)), local) << "run " << run;
    EXPECT_EQ(server.Signal(SIGKILL), 128 + SIGKILL);
  }
}

TEST_F(EndToEnd, ServerEndsCleanlyOnSigterm) {
  Background server(Serve(), directory_->path(), Log());
  ASSERT_FALSE(server.WaitForLine("listening on ").empty());
  EXPECT_EQ(server.Signal(SIGTERM), 0);
}

TEST_F(EndToEnd, RenewalsListsAccountsWithSomethingToSay) {
  const Json page = JsonOf({"renewals", "--within", "30d", "--at", kEnd});
  ASSERT_TRUE(page.contains("accounts")) << page.dump();
  EXPECT_GT(page["accounts"].size(), 0U);
  for (const Json& account : page["accounts"]) {
    EXPECT_TRUE(account.contains("suggestions") || account.contains("noOffer")) << account.dump();
  }
}

TEST_F(EndToEnd, RequestLinesKeepTheirOrderAndABadOneAnswersInItsPlace) {
  const std::string product = AnyProduct();
  const std::string good = R"({"cart":[{"productId":")" + product + R"("}],"dryRun":true})";
  const Finished done =
      Tsugi({"suggest", "--requests", "-"}, good + "\n{\"cart\":[{}]}\n" + good + "\n");
  EXPECT_EQ(done.exit_code, 1);
  std::istringstream lines(done.out);
  std::vector<Json> answers;
  for (std::string line; std::getline(lines, line);) answers.push_back(Json::parse(line));
  ASSERT_EQ(answers.size(), 3U) << done.out;
  EXPECT_TRUE(answers[0].contains("modelVersion"));
  EXPECT_THAT(answers[1]["error"]["message"].get<std::string>(), HasSubstr("cart[0].product_id"));
  EXPECT_TRUE(answers[2].contains("modelVersion"));
}

TEST_F(EndToEnd, ImportingTheSameFileAgainWritesNothing) {
  const Json summary = JsonOf({"import", "orders", "shop/orders.csv", "--quiet"});
  EXPECT_EQ(summary["written"], 0);
  EXPECT_EQ(summary["returns"], 0);
  EXPECT_EQ(summary["read"].get<int>(), summary["already_there"].get<int>() +
                                            summary["dropped"].get<int>() +
                                            summary["rejected"].get<int>());
}

TEST_F(EndToEnd, TrainingAgainGivesTheSameVersion) {
  const Json models = JsonOf({"models", "list"});
  const Json again = JsonOf({"train", "--threads", "1", "--quiet"});
  EXPECT_EQ(again["version"], models["models"][0]["version"]);
}

TEST_F(EndToEnd, AnErasedCustomerIsServedLikeAnUnknownOne) {
  const std::string product = AnyProduct();
  ASSERT_EQ(Tsugi({"delete-customer", "CUST-000003"}).exit_code, 0);
  const std::vector<std::string> ask = {"suggest", "--cart", product, "--at", kEnd};
  std::vector<std::string> as_customer = ask;
  as_customer.insert(as_customer.end(), {"--customer", "CUST-000003"});
  EXPECT_EQ(WithoutId(JsonOf(as_customer)), WithoutId(JsonOf(ask)));
  const Finished again = Tsugi({"delete-customer", "CUST-000003"});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("CUST-000003"));
}

}  // namespace
}  // namespace tsugi
