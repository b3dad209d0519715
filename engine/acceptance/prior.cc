#include "engine/acceptance/prior.h"

#include <array>

#include "engine/acceptance/features.h"

namespace tsugi {
namespace {

// P of purchase is that of being the *next* product bought, which is above all how often it is
// bought; whether an offer is taken hangs on what it goes with and on whether it is due.
constexpr std::array<CoefficientPrior, kAcceptanceFeatureCount> kPrior = {{
    {-2.4, 0.5},    // kLogit: who is far likelier to buy unasked is a little likelier to accept
    {-0.55, 0.2},   // kOutbound
    {-0.4, 0.25},   // kPlanUpgrade
    {1.7, 0.7},     // kGoodsUpgrade: instead of what was just chosen; those markets say 2.1
    {0.55, 0.2},    // kTrialConversion
    {-0.4, 0.2},    // kBundle
    {-0.5, 0.2},    // kSubscribeAndSave
    {0.2, 0.2},     // kPromotion
    {0.4, 0.3},     // kAddOn
    {0, 0.2},       // kConsumable
    {-0.65, 0.25},  // kHabit: nobody wants more of what he has at home, until it is due
    {0.2, 0.2},     // kDurable
    {2.05, 0.45},   // kCompletesCart
    {0.75, 0.35},   // kCompletesOwned
    {0.4, 0.2},     // kInSeason
    {0.5, 0.6},     // kDue
    {4.1, 0.75},    // kOverdue
    {0.1, 0.4},     // kUsage
    {0.55, 0.45},   // kRenewal
    {0.7, 0.2},     // kTrialEnd
    {0, 0.2},       // kJustBought
    {0.3, 0.3},     // kPraise
    {0, 0.55},      // kSilence
    {0, 0.2},       // kNps
    {-0.3, 0.4},    // kContacts
    {-0.2, 0.3},    // kShowings
    {-0.15, 0.2},   // kPrice
    {0.5, 0.3},     // kTakes
    {-0.95, 0.25},  // kLadder: bought for itself, seldom along; and however popular:
    {-0.1, 0.2},    // kCompleting
    {0.15, 0.2},    // kSeasonal
    {-0.75, 0.25},  // kLogitLadder
    {-0.15, 0.25},  // kLogitCompleting
    {-0.45, 0.3},   // kLogitSeasonal
    {-0.4, 0.25},   // kLogitConsumable
    {-0.6, 0.45},   // kLogitPlan
    {2.2, 0.5},     // kNearLimit: those markets say 2.85
    {0.5, 0.25},    // kNearLimitOutbound
    {-1.05, 0.35},  // kSkipsTier: the step after the next is seldom taken
    {0.8, 0.3},     // kCall
    {0.45, 0.2},    // kOutboundPlan
    {-0.35, 0.25},  // kBoughtLately
    {-3, 0.75},     // kPriceStep: judgement; those markets know one step
}};

}  // namespace

std::span<const CoefficientPrior> AcceptancePrior() { return kPrior; }

}  // namespace tsugi
