#include "engine/state/resolve_limits.h"

#include <algorithm>
#include <limits>

#include "engine/state/by_time.h"

namespace tsugi {
namespace {

template <typename Record>
bool HoldsProduct(std::span<const Record> records, ProductIndex product, base::Micros since) {
  return std::any_of(records.begin(), records.end(), [&](const Record& record) {
    return record.product == product && record.at >= since;
  });
}

}  // namespace

void ResolveContacts(const ContextOptions& options, const CustomerRecord& customer, base::Micros at,
                     Context& context) {
  if (customer.contacts.empty() || options.contacts_for <= absl::ZeroDuration()) return;
  const base::Micros after = base::ToMicros(context.at - options.contacts_for);
  for (const ContactRecord& contact :
       Between(std::span<const ContactRecord>(customer.contacts), after, at)) {
    if (at >= contact.lapses_at) continue;
    const bool confirmed = contact.lapses_at == std::numeric_limits<base::Micros>::max();
    context.contacts.push_back({base::FromMicros(contact.at), confirmed});
  }
}

void ResolveShowings(const ContextOptions& options, std::span<const ShowingRecord> showings,
                     std::span<const ReactionRecord> reactions, base::Micros at, Context& context) {
  if (showings.empty() || options.showings_for <= absl::ZeroDuration()) return;
  const base::Micros after = base::ToMicros(context.at - options.showings_for);
  const auto shown = Between(showings, after, at);
  if (shown.empty()) return;
  const auto answered = Between(reactions, after, at);
  const auto bought = Between(context.purchases, after, at);
  context.showings.reserve(shown.size());
  for (const ShowingRecord& showing : shown) {
    if (HoldsProduct(answered, showing.product, showing.at)) continue;
    const bool purchased = std::any_of(bought.begin(), bought.end(), [&](const Purchase& p) {
      return p.product == showing.product && p.at >= showing.at && p.quantity > 0;
    });
    if (!purchased) context.showings.push_back({showing.product, base::FromMicros(showing.at)});
  }
}

void ResolveVisitor(const FactIndex& index, const ContextOptions& options,
                    const std::string& visitor_id, base::Micros at, Context& context) {
  const VisitorRecord* const visitor = index.FindVisitor(visitor_id);
  if (visitor == nullptr) return;
  for (const ReactionRecord& reaction : AsOf(visitor->reactions, at)) {
    context.reactions.push_back(
        {index.RefAsOf(reaction.product, at), reaction.reaction, base::FromMicros(reaction.at)});
  }
  ResolveShowings(options, visitor->showings, visitor->reactions, at, context);
}

}  // namespace tsugi
