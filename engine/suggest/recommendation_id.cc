#include "engine/suggest/recommendation_id.h"

#include <cstdint>
#include <string_view>

#include "base/checksum.h"
#include "base/random.h"
#include "base/time.h"

namespace tsugi {
namespace {

// Two chained 64-bit hashes; each value goes in with its length or width, so that the boundaries
// between fields count.
class Hasher {
 public:
  void Add(std::string_view text) {
    Add(static_cast<std::uint64_t>(text.size()));
    first_ = base::Fingerprint(text, first_);
    second_ = base::Fingerprint(text, second_);
  }
  void Add(std::uint64_t number) {
    first_ = base::Mix64(first_ ^ number);
    second_ = base::Mix64(second_ + number);
  }
  void Add(const std::optional<base::Decimal>& money) {
    Add(money.has_value() ? static_cast<std::uint64_t>(money->micros()) : ~std::uint64_t{0});
  }
  std::string Digits() const {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string digits(32, '0');
    for (std::size_t i = 0; i < 16; ++i) {
      digits[i] = kDigits[(first_ >> (60 - 4 * i)) & 15];
      digits[16 + i] = kDigits[(second_ >> (60 - 4 * i)) & 15];
    }
    return digits;
  }

 private:
  std::uint64_t first_ = 0x243F6A8885A308D3;  // digits of pi
  std::uint64_t second_ = 0x13198A2E03707344;
};

}  // namespace

std::string RecommendationId(const SuggestRequest& request, const std::string& model_version) {
  Hasher hasher;
  hasher.Add(std::string_view(model_version));
  hasher.Add(request.nonce);
  hasher.Add(static_cast<std::uint64_t>(base::ToMicros(request.at)));
  for (const std::string* text :
       {&request.customer_id, &request.visitor_id, &request.request_id, &request.subscription_id,
        &request.placement, &request.language, &request.model_label}) {
    hasher.Add(std::string_view(*text));
  }
  hasher.Add(std::uint64_t{request.cart.size()});
  for (const SuggestRequest::Line& line : request.cart) {
    hasher.Add(std::string_view(line.product_id));
    hasher.Add(static_cast<std::uint64_t>(line.quantity));
    hasher.Add(line.unit_price);
  }
  for (const auto* list :
       {&request.viewed_product_ids, &request.exclude_product_ids, &request.filter.categories}) {
    hasher.Add(std::uint64_t{list->size()});
    for (const std::string& text : *list) hasher.Add(std::string_view(text));
  }
  hasher.Add(std::uint64_t{request.filter.kinds.size()});
  for (const OfferKind kind : request.filter.kinds) hasher.Add(static_cast<std::uint64_t>(kind));
  hasher.Add(request.filter.min_price);
  hasher.Add(request.filter.max_price);
  hasher.Add(request.moment.has_value() ? 1 + static_cast<std::uint64_t>(*request.moment) : 0);
  hasher.Add(static_cast<std::uint64_t>(request.max_suggestions));
  return hasher.Digits();
}

}  // namespace tsugi
