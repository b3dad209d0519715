#include "service/cli/plots.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "service/cli/page.h"

namespace tsugi::cli {
namespace {

constexpr const char* kInk = "#1d2430";
constexpr const char* kFaint = "#c9d1dc";
constexpr const char* kQuiet = "#7d8a9c";
constexpr const char* kAccent = "#0b6bcb";

std::string Open(double width, double height, const std::string& label) {
  return absl::StrFormat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"%s\" viewBox=\"0 0 %g "
      "%g\" width=\"%g\" height=\"%g\" font-family=\"sans-serif\" font-size=\"13\">",
      EscapeHtml(label), width, height, width, height);
}

std::string LineFrom(double x1, double y1, double x2, double y2, const char* colour, double width,
                     const char* more = "") {
  return absl::StrFormat(
      "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%g\"%s/>",
      x1, y1, x2, y2, colour, width, more);
}

std::string Words(double x, double y, const char* anchor, const std::string& text) {
  return absl::StrFormat("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>", x,
                         y, anchor, kInk, EscapeHtml(text));
}

std::string Dot(double x, double y, double radius, const char* colour, const std::string& title) {
  return absl::StrFormat(
      "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"><title>%s</title></circle>", x, y,
      radius, colour, EscapeHtml(title));
}

// A step of 1, 2 or 5 times a power of ten that cuts `range` into about five.
double Step(double range) {
  const double rough = range / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough) return factor * power;
  }
  return 10 * power;
}

}  // namespace

std::string IntervalPlot(std::span<const LabelledInterval> rows, const std::string& axis) {
  constexpr double kLeft = 190;
  constexpr double kWidth = 480;
  constexpr double kRow = 26;
  double low = 0;
  double high = 1e-9;
  for (const LabelledInterval& row : rows) {
    if (std::isfinite(row.value.high)) high = std::max(high, row.value.high);
    high = std::max(high, row.value.mean);
    if (std::isfinite(row.value.low)) low = std::min(low, row.value.low);
  }
  const double step = Step(high - low);
  const auto x = [&](double value) {
    return kLeft + kWidth * (std::clamp(value, low, high) - low) / (high - low);
  };
  const double bottom = 12 + kRow * static_cast<double>(rows.size());
  std::string out = Open(kLeft + kWidth + 40, bottom + 46, axis);
  for (int tick = static_cast<int>(std::ceil(low / step)); tick * step <= high * 1.0001; ++tick) {
    const double value = tick * step;
    out += LineFrom(x(value), 6, x(value), bottom, kFaint, 1);
    out += Words(x(value), bottom + 18, "middle", absl::StrFormat("%g", value));
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const LabelledInterval& row = rows[r];
    const double y = 6 + kRow * (static_cast<double>(r) + 0.5);
    const char* const colour = r + 1 == rows.size() ? kAccent : kQuiet;
    out += Words(kLeft - 12, y + 4.5, "end", row.label);
    out += LineFrom(x(row.value.low), y, x(row.value.high), y, colour, 3);
    out += Dot(x(row.value.mean), y, 5, colour,
               absl::StrFormat("%s %.4f (%.4f to %.4f)", row.label, row.value.mean, row.value.low,
                               row.value.high));
  }
  out += Words(kLeft + kWidth / 2, bottom + 40, "middle", axis);
  return out + "</svg>";
}

std::string ReliabilityPlot(std::span<const models::ReliabilityBin> bins) {
  constexpr double kLeft = 70;
  constexpr double kSide = 380;
  double low = 1;
  double high = 0;
  for (const models::ReliabilityBin& bin : bins) {
    for (const double value : {bin.predicted, bin.observed}) {
      if (value > 0) low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (high <= 0) return Open(kLeft, 10, "nothing was bought") + "</svg>";
  const double from = std::floor(std::log10(low));
  const double to = std::max(std::ceil(std::log10(high)), from + 1);
  const auto at = [&](double value) {
    const double log = value > 0 ? std::log10(value) : from;
    return kSide * (std::clamp(log, from, to) - from) / (to - from);
  };
  const auto x = [&](double value) { return kLeft + at(value); };
  const auto y = [&](double value) { return 12 + kSide - at(value); };
  std::string out = Open(kLeft + kSide + 30, kSide + 66, "reliability: predicted against observed");
  for (double power = from; power <= to; power += 1) {
    const double value = std::pow(10, power);
    const std::string label = absl::StrFormat("%g %%", 100 * value);
    out += LineFrom(x(value), y(std::pow(10, from)), x(value), y(std::pow(10, to)), kFaint, 1);
    out += LineFrom(x(std::pow(10, from)), y(value), x(std::pow(10, to)), y(value), kFaint, 1);
    out += Words(x(value), kSide + 30, "middle", label);
    out += Words(kLeft - 8, y(value) + 4, "end", label);
  }
  out += LineFrom(x(std::pow(10, from)), y(std::pow(10, from)), x(std::pow(10, to)),
                  y(std::pow(10, to)), kQuiet, 1.5, " stroke-dasharray=\"5 4\"");
  for (const models::ReliabilityBin& bin : bins) {
    out += Dot(x(bin.predicted), y(bin.observed), 5, kAccent,
               absl::StrFormat("predicted %.4f %%, observed %.4f %%, %.0f rows",
                               100 * bin.predicted, 100 * bin.observed, bin.weight));
  }
  out += Words(kLeft + kSide / 2, kSide + 54, "middle", "predicted probability");
  out += absl::StrFormat(
      "<text x=\"16\" y=\"%.1f\" text-anchor=\"middle\" fill=\"%s\" transform=\"rotate(-90 16 "
      "%.1f)\">observed share</text>",
      12 + kSide / 2, kInk, 12 + kSide / 2);
  return out + "</svg>";
}

}  // namespace tsugi::cli
