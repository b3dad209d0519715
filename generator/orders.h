// Years of shopping, told in the order in which it happens: visits of customers and guests,
// consumables bought again when they run out, returns and cancelled orders, and what customers say
// about it.
#ifndef TSUGI_GENERATOR_ORDERS_H_
#define TSUGI_GENERATOR_ORDERS_H_

#include <cstdint>
#include <vector>

#include "generator/campaigns.h"
#include "generator/catalogue.h"
#include "generator/people.h"
#include "generator/sink.h"

namespace tsugi::generator {

inline constexpr double kBecomesRegular = 0.35;  // after a first purchase of a consumable
inline constexpr double kReturnShare = 0.05;     // of customers' orders
inline constexpr double kCancelShare = 0.012;

// orders.csv, the checkout's part of exposures.csv and reactions.csv, and the shopper's part of
// signals.csv. Memory: about 400 bytes a customer.
void WriteOrders(const Catalogue& catalogue, const std::vector<Campaign>& campaigns,
                 std::uint64_t seed, std::uint32_t customers, Period history, Sink* sink);

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_ORDERS_H_
