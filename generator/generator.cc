#include "generator/generator.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "generator/campaigns.h"
#include "generator/catalogue.h"
#include "generator/orders.h"
#include "generator/people.h"
#include "generator/sink.h"
#include "generator/subscriptions.h"
#include "generator/surveys.h"
#include "generator/truth.h"

namespace tsugi::generator {
namespace {

constexpr std::array<std::string_view, 9> kFiles = {
    "products.csv",  "customers.csv", "subscriptions.csv", "orders.csv", "signals.csv",
    "campaigns.csv", "exposures.csv", "reactions.csv",     "truth.json"};

absl::Status CheckRange(std::string_view name, int value, int most) {
  if (value >= 1 && value <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(std::string(name), " is ", value, "; use 1 to ", most));
}

absl::Status Check(const GeneratorOptions& options) {
  TSUGI_RETURN_IF_ERROR(CheckRange("customers", options.customers, 5'000'000));
  TSUGI_RETURN_IF_ERROR(CheckRange("products", options.products, 100'000));
  TSUGI_RETURN_IF_ERROR(CheckRange("months", options.months, 120));
  const absl::TimeZone utc = absl::UTCTimeZone();
  if (options.end < absl::FromCivil(absl::CivilYear(2000), utc) ||
      options.end >= absl::FromCivil(absl::CivilYear(3000), utc)) {
    return absl::InvalidArgumentError(absl::StrCat("end is ", base::FormatTime(options.end),
                                                   "; use a time in the years 2000 to 2999"));
  }
  return absl::OkStatus();
}

// Makes the directory; one with other files, or with files of these names and no truth.json of
// ours beside them, stays as it is.
absl::Status Claim(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot make the directory \"", directory.string(), "\": ", error.message()));
  }
  const bool ours = IsTruth(directory / "truth.json");
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (ours && std::find(kFiles.begin(), kFiles.end(), name) != kFiles.end()) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("\"", directory.string(), "\" holds \"", name,
                     "\", which is no part of a sample shop; choose an empty directory"));
  }
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot list \"", directory.string(), "\": ", error.message()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<GeneratorSummary> Generate(const GeneratorOptions& options,
                                          const std::filesystem::path& directory) {
  TSUGI_RETURN_IF_ERROR(Check(options));
  TSUGI_RETURN_IF_ERROR(Claim(directory));
  const Seconds end = absl::ToUnixSeconds(options.end);
  const Period history{AddMonths(end, -options.months), end};
  const auto customers = static_cast<std::uint32_t>(options.customers);
  const Catalogue catalogue(options.products, history.start, end, options.seed);
  // First, so that what a broken run leaves behind is known as ours.
  TSUGI_RETURN_IF_ERROR(WriteTruth(options, catalogue, nullptr, directory / "truth.json"));

  Sink sink(directory, end);
  catalogue.Write(end, &sink.products);
  WriteCustomers(options.seed, customers, history, catalogue.brands(), &sink.customers);
  const auto campaigns = PlanCampaigns(catalogue, customers, history, options.seed);
  WriteCampaigns(catalogue, campaigns, &sink.campaigns);
  WriteSubscriptions(catalogue, options.seed, customers, history, &sink);
  WriteSurveys(catalogue, options.seed, customers, history, &sink);
  WriteOrders(catalogue, campaigns, options.seed, customers, history, &sink);
  TSUGI_RETURN_IF_ERROR(sink.Close());
  TSUGI_RETURN_IF_ERROR(WriteTruth(options, catalogue, &sink.summary, directory / "truth.json"));
  return sink.summary;
}

}  // namespace tsugi::generator
