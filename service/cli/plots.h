// Plots as SVG texts, for report pages: no script, no outside font.
#ifndef TSUGI_SERVICE_CLI_PLOTS_H_
#define TSUGI_SERVICE_CLI_PLOTS_H_

#include <span>
#include <string>
#include <vector>

#include "engine/evaluation/probability.h"

namespace tsugi::cli {

struct LabelledInterval {
  std::string label;
  models::Interval value;
};

// A line a label: a dot for the mean, a bar for its interval; the last one stands out. `axis` names
// the measure. Not finite ends are cut to the plot.
std::string IntervalPlot(std::span<const LabelledInterval> rows, const std::string& axis);

// What was predicted (across) against what happened (up), a dot a bin, on logarithmic axes; a dot
// on the diagonal is true. Bins without any positive stand on the lower edge.
std::string ReliabilityPlot(std::span<const models::ReliabilityBin> bins);

}  // namespace tsugi::cli

#endif  // TSUGI_SERVICE_CLI_PLOTS_H_
