// C-02: whether the time in which a callback with a wrong signature is refused tells how much of it was right.
// `signature_bench [SAMPLES]`: 100,000 of each kind by default, taken in turns. Prints JSON, nanoseconds. The kinds are
// alike if the medians differ by less than a fiftieth, and by the two-sample test of Kolmogorov and Smirnov less than
// the noise of two halves of one kind allows, with a generous bound.
#include <wescrm/wecom/crypto.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace wescrm;
using Samples = std::vector<double>;

constexpr auto corp = "ww-bench";
constexpr double largest_distance = 0.05;  ///< of the two distributions; 0.0073 is the 1 % bound of 10^5 pairs
constexpr double largest_difference = 0.02;

double median(Samples sorted) {
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
}

// The largest distance between the two cumulated distributions.
double distance(Samples a, Samples b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    auto farthest = 0.0;
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        auto const at = std::min(a[i], b[j]);
        while (i < a.size() && a[i] <= at) ++i;
        while (j < b.size() && b[j] <= at) ++j;
        farthest = std::max(farthest, std::abs(static_cast<double>(i) / static_cast<double>(a.size()) -
                                               static_cast<double>(j) / static_cast<double>(b.size())));
    }
    return farthest;
}

}  // namespace

int main(int count, char** arguments) {
    auto const samples = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 100'000UL;
    auto const keys = wecom::Keys::from("token", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C").value();
    auto const text = wecom::encrypt(keys, "<xml><MsgType>text</MsgType></xml>", corp, "0123456789abcdef");
    auto const right = wecom::sign("token", "1700000000", "nonce", text);
    auto wrong = std::array<std::string, 3>{right, right, right};
    for (auto const& [kind, place] : {std::pair{0U, 0U}, std::pair{1U, 20U}, std::pair{2U, 39U}})
        wrong[kind][place] = right[place] == '0' ? '1' : '0';
    auto taken = std::array<Samples, 3>{};
    auto refused = std::size_t{0};
    for (std::size_t i = 0; i < samples * 3; ++i) {
        auto const kind = (i * 7 + i / 3) % 3;  // in changing order
        auto const began = std::chrono::steady_clock::now();
        auto const opened = wecom::open({keys}, {wrong[kind], "1700000000", "nonce"}, text, corp);
        auto const ended = std::chrono::steady_clock::now();
        refused += opened ? 0U : 1U;
        taken[kind].push_back(std::chrono::duration<double, std::nano>(ended - began).count());
    }
    auto const first = median(taken[0]);
    auto const middle = median(taken[1]);
    auto const last = median(taken[2]);
    auto const apart = std::max(distance(taken[0], taken[2]), distance(taken[0], taken[1]));
    auto const difference = std::max(std::abs(first - last), std::abs(first - middle)) / first;
    auto const is_met = refused == samples * 3 && difference < largest_difference && apart < largest_distance;
    std::cout << "{\"benchmark\":\"signatures\",\"samples\":" << samples << ",\"median_ns\":{\"first_byte\":" << first
              << ",\"middle_byte\":" << middle << ",\"last_byte\":" << last << "},\"difference\":" << difference
              << ",\"distance\":" << apart << ",\"is_target_met\":" << (is_met ? "true" : "false") << "}\n";
    return is_met ? 0 : 1;
}
