#include "csv_reader.hpp"

#include "encodings.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/tables/cells.hpp>

#include <algorithm>
#include <array>
#include <csv.h>
#include <optional>

namespace wescrm::tables {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

// The separator that the first line has most of, outside quotes.
char separator_of(std::string_view text) {
    auto counts = std::array<std::pair<char, int>, 3>{{{',', 0}, {';', 0}, {'\t', 0}}};
    auto in_quotes = false;
    for (auto const c : text) {
        if (c == '"') in_quotes = !in_quotes;
        if (!in_quotes && (c == '\n' || c == '\r')) break;
        if (in_quotes) continue;
        for (auto& [separator, count] : counts) count += c == separator ? 1 : 0;
    }
    return std::ranges::max_element(counts, {}, [](auto const& one) { return one.second; })->first;
}

/// What libcsv's callbacks fill.
class Reading {
public:
    Reading(Limits const& limits, EachRow const& each) : limits_{limits}, each_{each} {}

    void cell(std::string_view text) {
        if (is_over()) return;
        if (text.size() > limits_.cell_bytes)
            return refuse("第 " + std::to_string(number_) + " 行有超过 " + std::to_string(limits_.cell_bytes) +
                          " 字节的单元格");
        if (row_.size() >= limits_.columns && !text.empty())
            return refuse("第 " + std::to_string(number_) + " 行超过 " + std::to_string(limits_.columns) + " 列");
        if (row_.size() < limits_.columns) row_.push_back(original_text(text));
    }
    void end_of_row() {
        if (is_over()) return;
        auto const is_empty = std::ranges::all_of(row_, [](auto const& text) { return text::trim(text).empty(); });
        if (!is_empty && ++rows_ > limits_.rows + 1)
            return refuse("文件超过 " + std::to_string(limits_.rows) + " 行，请拆分后再导入");
        if (!is_empty && !each_(number_, std::move(row_))) is_done_ = true;
        row_.clear();
        ++number_;
    }
    void refuse(std::string message) {
        if (!problem_) problem_ = bad_file(std::move(message));
    }
    [[nodiscard]] bool is_over() const { return is_done_ || problem_; }
    [[nodiscard]] std::optional<Error> const& problem() const { return problem_; }
    [[nodiscard]] std::int64_t number() const { return number_; }

private:
    Limits const& limits_;
    EachRow const& each_;
    Row row_;
    std::int64_t number_ = 1;
    std::size_t rows_ = 0;
    bool is_done_ = false;
    std::optional<Error> problem_;
};

void on_cell(void* text, std::size_t size, void* reading) {
    static_cast<Reading*>(reading)->cell(text ? std::string_view{static_cast<char*>(text), size} : std::string_view{});
}
void on_row(int, void* reading) { static_cast<Reading*>(reading)->end_of_row(); }

/// libcsv's parser, which is a C struct with a buffer of its own.
class Parser {
public:
    explicit Parser(char separator) {
        csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
        csv_set_delim(&parser_, static_cast<unsigned char>(separator));
    }
    ~Parser() { csv_free(&parser_); }
    Parser(Parser const&) = delete;
    Parser& operator=(Parser const&) = delete;

    bool feed(std::string_view piece, Reading& reading) {
        return csv_parse(&parser_, piece.data(), piece.size(), on_cell, on_row, &reading) == piece.size();
    }
    bool finish(Reading& reading) { return csv_fini(&parser_, on_cell, on_row, &reading) == 0; }

private:
    csv_parser parser_{};
};

}  // namespace

Result<void> read_csv(std::string_view file, Limits const& limits, EachRow const& each) {
    auto const text = to_utf8(file);
    if (!text) return text.error();
    auto reading = Reading{limits, each};
    auto parser = Parser{separator_of(*text)};
    auto rest = std::string_view{*text};
    auto is_good = true;
    while (!rest.empty() && is_good && !reading.is_over()) {
        auto const piece = rest.substr(0, piece_bytes);
        is_good = parser.feed(piece, reading);
        rest.remove_prefix(piece.size());
    }
    if (is_good && !reading.is_over()) is_good = parser.finish(reading);
    if (!is_good && !reading.is_over())
        reading.refuse("第 " + std::to_string(reading.number()) + " 行附近的引号不成对，请检查后再上传");
    if (reading.problem()) return *reading.problem();
    return {};
}

}  // namespace wescrm::tables
