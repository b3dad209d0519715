#include "generator/truth.h"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/time.h"
#include "generator/basket.h"
#include "generator/orders.h"
#include "generator/subscriptions.h"

namespace tsugi::generator {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kListedPairs = 600;
constexpr std::size_t kListedLadders = 80;
constexpr std::size_t kListedBundles = 40;

Json OptionsOf(const GeneratorOptions& options) {
  return {{"customers", options.customers},
          {"products", options.products},
          {"months", options.months},
          {"seed", options.seed},
          {"end", base::FormatTime(options.end)}};
}

// `probability` as it is in the table: 0.35, not the nearest float.
double Tidy(float probability) {
  return static_cast<double>(std::lround(probability * 1000.0F)) / 1000;
}

void AddComplements(const Catalogue& catalogue, Json* truth) {
  Json pairs = Json::array();
  std::size_t total = 0;
  for (const Product& product : catalogue.products()) {
    for (const Pair& pair : product.complements) {
      if (++total > kListedPairs) continue;
      pairs.push_back({{"product", product.id},
                       {"complement", catalogue[pair.product].id},
                       {"probability", Tidy(pair.probability)}});
    }
  }
  (*truth)["complements_total"] = total;
  (*truth)["complements"] = std::move(pairs);
}

void AddLadders(const Catalogue& catalogue, Json* truth) {
  Json ladders = Json::object();
  Json bundles = Json::object();
  for (const Product& product : catalogue.products()) {
    if (!product.family.empty() &&
        (ladders.contains(product.family) || ladders.size() < kListedLadders)) {
      ladders[product.family].push_back(product.id);
    }
    if (product.contents.empty() || bundles.size() >= kListedBundles) continue;
    Json contents = Json::array();
    for (const ProductNumber content : product.contents) contents.push_back(catalogue[content].id);
    bundles[product.id] = std::move(contents);
  }
  (*truth)["ladders"] = std::move(ladders);
  (*truth)["bundles"] = std::move(bundles);
}

// By article, which is what product ids begin with.
void AddArticles(Json* truth) {
  Json consumables = Json::object();
  Json seasons = Json::object();
  for (const Article& article : Articles()) {
    const std::string code(article.code);
    if (article.interval_days > 0) consumables[code] = article.interval_days;
    if (article.season != 0) seasons[code] = JoinMonths(article.season);
  }
  (*truth)["consumable_interval_days"] = std::move(consumables);
  (*truth)["season_months"] = std::move(seasons);
}

void AddBehaviour(Json* truth) {
  Json tastes = Json::object();
  Json subscribes = Json::object();
  for (std::size_t s = 0; s < kSegmentCount; ++s) {
    const auto segment = static_cast<Segment>(s);
    const std::string name(Name(segment));
    for (std::size_t c = 0; c < kCategoryCount; ++c) {
      tastes[name][std::string(Name(static_cast<Category>(c)))] = Taste(segment).at(c);
    }
    subscribes[name] = SubscribesShare(segment);
  }
  (*truth)["segment_tastes"] = std::move(tastes);
  (*truth)["segment_subscribes"] = std::move(subscribes);
  (*truth)["becomes_regular_of_consumable"] = kBecomesRegular;
  (*truth)["shown_suggestion_factor"] = kShownFactor;
  (*truth)["return_share_of_orders"] = kReturnShare;
  (*truth)["cancelled_share_of_orders"] = kCancelShare;
  (*truth)["trial_conversion"] = kConverts;
  (*truth)["monthly_churn"] = kMonthlyChurn;
  (*truth)["yearly_churn"] = kYearlyChurn;
}

Json CountsOf(const GeneratorSummary& summary) {
  return {{"product_versions", summary.products},
          {"customer_versions", summary.customers},
          {"subscription_versions", summary.subscriptions},
          {"orders", summary.orders},
          {"order_lines", summary.order_lines},
          {"returned_lines", summary.returned_lines},
          {"signals", summary.signals},
          {"campaigns", summary.campaigns},
          {"exposures", summary.exposures},
          {"reactions", summary.reactions}};
}

// Lists of flat objects take a line an object.
std::string Print(const Json& truth) {
  std::string text = "{\n";
  for (auto it = truth.begin(); it != truth.end(); ++it) {
    absl::StrAppend(&text, it == truth.begin() ? "" : ",\n", "  ", Json(it.key()).dump(), ": ");
    if (!it->is_array()) {
      absl::StrAppend(&text, it->dump());
      continue;
    }
    text += "[";
    for (std::size_t i = 0; i < it->size(); ++i) {
      absl::StrAppend(&text, i == 0 ? "\n    " : ",\n    ", (*it)[i].dump());
    }
    text += "\n  ]";
  }
  return text + "\n}\n";
}

}  // namespace

absl::Status WriteTruth(const GeneratorOptions& options, const Catalogue& catalogue,
                        const GeneratorSummary* summary, const std::filesystem::path& path) {
  Json truth;
  truth["made_by"] = std::string(kMadeBy);
  truth["complete"] = summary != nullptr;
  truth["options"] = OptionsOf(options);
  if (summary != nullptr) {
    truth["rows"] = CountsOf(*summary);
    AddBehaviour(&truth);
    AddArticles(&truth);
    AddLadders(catalogue, &truth);
    AddComplements(catalogue, &truth);
  }
  std::ofstream file(path, std::ios::binary);
  file << Print(truth);
  file.close();
  if (file.fail()) {
    return absl::UnavailableError(absl::StrCat("cannot write \"", path.string(),
                                               "\"; choose another directory or free some space"));
  }
  return absl::OkStatus();
}

bool IsTruth(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const Json truth = Json::parse(file, nullptr, /*allow_exceptions=*/false);
  return truth.is_object() && truth.contains("made_by") && truth["made_by"] == std::string(kMadeBy);
}

}  // namespace tsugi::generator
