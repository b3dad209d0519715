// Every bound on what a caller may send, and on what the server takes on at a time. A value beyond
// one is answered with INVALID_ARGUMENT (a field), or RESOURCE_EXHAUSTED (a message, the load).
#ifndef TSUGI_SERVICE_LIMITS_H_
#define TSUGI_SERVICE_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace tsugi::limits {

// Messages on the wire, in bytes.
inline constexpr int kMaxRequestBytes = 16 << 20;
inline constexpr int kMaxResponseBytes = 64 << 20;   // what our own client takes
inline constexpr int kMaxStatusMessageBytes = 4096;  // as sent, percent-encoded in a trailer

// Text, in bytes of UTF-8.
inline constexpr std::size_t kMaxIdBytes = 256;
inline constexpr std::size_t kMaxNameBytes = 4096;  // names, categories, segments, subjects
inline constexpr std::size_t kMaxPlacementBytes = 64;
inline constexpr std::size_t kMaxLanguageBytes = 35;  // BCP 47 recommends room for as many
inline constexpr std::size_t kMaxPolicyBytes = 1 << 20;
inline constexpr std::size_t kMaxTrainingConfigBytes = 64 << 10;
inline constexpr std::size_t kMaxPageTokenBytes = 1024;
inline constexpr std::size_t kMaxShownValueBytes = 200;  // of a bad value, in a message

// GetSuggestions.
inline constexpr int kMaxCartLines = 500;
inline constexpr int kMaxViewedProducts = 100;
inline constexpr int kMaxExcludedProducts = 1000;
inline constexpr int kMaxFilterCategories = 100;
inline constexpr int kMaxFilterKinds = 16;
inline constexpr std::int64_t kMaxCartQuantity = 100'000;
inline constexpr int kMaxSuggestions = 1000;  // the policy's max_suggestions cuts it further

// Events.
inline constexpr int kMaxEventsPerMessage = 10'000;
inline constexpr int kMaxOrderLines = 100'000;
inline constexpr int kMaxListedIds = 100'000;  // of a campaign, a product's goes_with, a bundle
inline constexpr std::int64_t kMaxQuantity = 1'000'000'000;
inline constexpr std::int64_t kMaxMoneyUnits = 1'000'000'000'000;  // of one amount
inline constexpr int kMaxListedRejects = 1000;
inline constexpr double kDefaultMaxRejectedPercent = 5;

// Pages.
inline constexpr int kMaxPageSize = 200;
inline constexpr int kDefaultPageSize = 50;
inline constexpr int kDefaultRenewalPageSize = 20;
inline constexpr int kMaxRenewalDays = 366;
inline constexpr int kDefaultRenewalDays = 30;

// How far a caller's clock may run ahead of the server's, and how far `at` may differ from now and
// still mean now.
inline constexpr absl::Duration kClockSkew = absl::Seconds(5);

// Repeated request_ids: the oldest answers are forgotten beyond either.
inline constexpr absl::Duration kReplayLifetime = absl::Hours(24);
inline constexpr std::size_t kReplayBytes = std::size_t{64} << 20;

// Exposures that wait for the store; beyond, the oldest waiting caller's answer waits with them.
inline constexpr std::size_t kMaxQueuedExposures = 20'000;
inline constexpr std::size_t kExposureBatch = 1000;
inline constexpr absl::Duration kExposureDelay = absl::Milliseconds(50);

// Answers of the worklist that can still be named in RecordReaction and RecordContact.
inline constexpr std::size_t kMaxListedAnswers = 100'000;

// Load.
inline constexpr int kMaxSuggestionsInFlight = 512;
inline constexpr absl::Duration kMaxQueueDelay = absl::Milliseconds(100);
inline constexpr int kMaxQueuedCalls = 256;  // calls that touch disk: writes, registry, worklist
inline constexpr int kBlockingThreads = 4;
inline constexpr int kMaxStreams = 64;  // open StreamSuggestions and ImportEvents together
inline constexpr int kMaxWatchers = 256;
inline constexpr int kMaxStreamsPerConnection = 1000;
inline constexpr int kMaxTrainingThreads = 256;
inline constexpr std::size_t kKeptTrainings = 100;  // ended ones that ListTrainings still knows

}  // namespace tsugi::limits

#endif  // TSUGI_SERVICE_LIMITS_H_
