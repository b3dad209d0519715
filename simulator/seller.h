// Who decides what to offer: a policy, as the market sees it. It is told facts as they happen and
// asked at every opportunity; it is never handed a World or a Customer (the oracle, which is, gets
// them from whoever makes it).
#ifndef TSUGI_SIMULATOR_SELLER_H_
#define TSUGI_SIMULATOR_SELLER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/facts/facts.h"

namespace tsugi::simulator {

// Items are numbers of World::items; a seller that knows ids only translates them.
struct Opportunity {
  std::uint32_t customer = 0;
  int day = 0;
  absl::Time at;
  bool outbound = false;
  std::string placement;  // product_page, checkout; email, cs
  std::vector<int> cart;
  std::vector<int> viewed;
};

struct Offer {
  int item = 0;
  OfferKind kind = OfferKind::kCrossSell;
  int replaces = -1;  // item: of an upgrade
  double discount_percent = 0;
  std::string recommendation_id;
  std::optional<Moment> moment;
  std::string rule_id;
};

inline constexpr int kMostOffers = 3;  // that any placement shows

class Seller {
 public:
  virtual ~Seller() = default;
  // At most kMostOffers, best first.
  virtual absl::StatusOr<std::vector<Offer>> Offers(const Opportunity& opportunity) = 0;
  // In the order in which things happen.
  virtual void Hear(const Fact& fact) = 0;
  virtual absl::Status StartDay(int day) = 0;
};

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_SELLER_H_
