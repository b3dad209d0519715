// What is asked of the engine: who, what is in the cart, where and when.
#ifndef TSUGI_ENGINE_STATE_REQUEST_H_
#define TSUGI_ENGINE_STATE_REQUEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/decimal.h"
#include "engine/facts/facts.h"
#include "engine/state/context.h"

namespace tsugi {

struct SuggestRequest {
  struct Line {
    std::string product_id;
    std::int64_t quantity = 1;
    std::optional<base::Decimal> unit_price;
  };
  std::string customer_id;
  std::string visitor_id;
  std::string request_id;
  std::vector<Line> cart;
  std::vector<std::string> viewed_product_ids;
  std::string subscription_id;
  std::string placement = "checkout";
  std::optional<Moment> moment;
  absl::Time at;            // set by the outermost caller
  int max_suggestions = 0;  // 0: the policy's
  std::vector<std::string> exclude_product_ids;
  OfferFilter filter;
  std::string language;     // "en", "ja" or empty: the customer's, else English
  std::string model_label;  // empty: stable
  bool explain = false;
  bool dry_run = false;
  // Taken as it is; empty: derived from everything above, the model and `nonce`.
  std::string recommendation_id;
  std::uint64_t nonce = 0;  // tells equal requests of one instant apart
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STATE_REQUEST_H_
