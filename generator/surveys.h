// What customers say without being asked by an order: answers to surveys, and inquiries.
#ifndef TSUGI_GENERATOR_SURVEYS_H_
#define TSUGI_GENERATOR_SURVEYS_H_

#include <cstdint>

#include "generator/catalogue.h"
#include "generator/people.h"
#include "generator/sink.h"

namespace tsugi::generator {

// The survey's and inquiries' part of signals.csv. Each customer is asked every quarter and answers
// one time in four; NPS follows his satisfaction.
void WriteSurveys(const Catalogue& catalogue, std::uint64_t seed, std::uint32_t customers,
                  Period history, Sink* sink);

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_SURVEYS_H_
