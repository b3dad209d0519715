// truth.json: what is true of a sample shop, for tests and for people who want to see whether a
// model found it. Small enough to read: of many complement pairs the first brands' are listed.
#ifndef TSUGI_GENERATOR_TRUTH_H_
#define TSUGI_GENERATOR_TRUTH_H_

#include <filesystem>

#include "absl/status/status.h"
#include "generator/catalogue.h"
#include "generator/generator.h"

namespace tsugi::generator {

// The value of "made_by", by which a directory is known to hold a sample shop.
inline constexpr std::string_view kMadeBy = "tsugi generate";

// `summary` null: the shop is still being written.
absl::Status WriteTruth(const GeneratorOptions& options, const Catalogue& catalogue,
                        const GeneratorSummary* summary, const std::filesystem::path& path);

// Whether `path` is a truth.json of ours.
bool IsTruth(const std::filesystem::path& path);

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_TRUTH_H_
