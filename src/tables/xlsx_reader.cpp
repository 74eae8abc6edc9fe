#include "xlsx_reader.hpp"

#include "encodings.hpp"
#include "xlsx_parts.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/tables/cells.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

// ECMA-376 part 1, chapter 18: workbook, styles, shared strings, sheet.
namespace wescrm::tables {
namespace {

using Attributes = PartEvents::Attributes;

std::string attribute(Attributes const& attributes, std::string_view name) {
    auto const found = attributes.find(name);
    return found == attributes.end() ? std::string{} : found->second;
}

template <class T>
T number_or(std::string_view text, T otherwise) {
    auto value = T{};
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc{} && end == text.data() + text.size() ? value : otherwise;
}

/// Which sheet is the first, and how it counts days.
struct Workbook {
    std::string sheet_id;
    std::string sheet = "xl/worksheets/sheet1.xml";
    bool since_1904 = false;
};

Result<Workbook> read_workbook(Parts& parts) {
    auto book = Workbook{};
    auto events = PartEvents{};
    events.begin = [&book](std::string_view element, Attributes const& attributes) {
        if (element == "workbookPr") {
            auto const mode = attribute(attributes, "date1904");
            book.since_1904 = mode == "1" || mode == "true";
        }
        if (element == "sheet" && book.sheet_id.empty()) book.sheet_id = attribute(attributes, "id");
    };
    if (auto const read = parts.parse("xl/workbook.xml", events); !read) return read.error();
    if (!parts.has("xl/_rels/workbook.xml.rels")) return book;
    events.begin = [&book](std::string_view element, Attributes const& attributes) {
        if (element != "Relationship" || attribute(attributes, "Id") != book.sheet_id) return;
        auto target = attribute(attributes, "Target");
        book.sheet = target.starts_with('/') ? target.substr(1) : "xl/" + target;
    };
    if (auto const read = parts.parse("xl/_rels/workbook.xml.rels", events); !read) return read.error();
    return book;
}

// The styles (by index) that show days or times. 18.8.30: the formats 14–22 and 45–47 do, and East Asian 27–36, 50–58.
bool is_builtin_date(int format) {
    return (format >= 14 && format <= 22) || (format >= 27 && format <= 36) || (format >= 45 && format <= 47) ||
           (format >= 50 && format <= 58);
}

Result<std::vector<bool>> read_styles(Parts& parts) {
    auto dates = std::vector<bool>{};
    if (!parts.has("xl/styles.xml")) return dates;
    auto own = std::set<int>{};
    auto in_cells = false;
    auto events = PartEvents{};
    events.begin = [&](std::string_view element, Attributes const& attributes) {
        auto const format = number_or(attribute(attributes, "numFmtId"), 0);
        if (element == "numFmt" && is_date_format(attribute(attributes, "formatCode"))) own.insert(format);
        if (element == "cellXfs") in_cells = true;
        if (element == "xf" && in_cells) dates.push_back(is_builtin_date(format) || own.contains(format));
    };
    events.end = [&](std::string_view element) {
        if (element == "cellXfs") in_cells = false;
    };
    if (auto const read = parts.parse("xl/styles.xml", events); !read) return read.error();
    return dates;
}

Result<std::vector<std::string>> read_shared(Parts& parts, Limits const& limits) {
    auto texts = std::vector<std::string>{};
    if (!parts.has("xl/sharedStrings.xml")) return texts;
    auto bytes = std::size_t{0};
    auto in_text = false;
    auto in_reading = false;  // rPh: how it is pronounced, no part of the text
    auto events = PartEvents{};
    events.begin = [&](std::string_view element, Attributes const&) {
        if (element == "si") texts.emplace_back();
        if (element == "rPh") in_reading = true;
        in_text = element == "t" && !in_reading;
    };
    events.end = [&](std::string_view element) {
        if (element == "rPh") in_reading = false;
        in_text = false;
    };
    events.text = [&](std::string_view text) {
        if (!in_text || texts.empty()) return;
        bytes += text.size();
        if (bytes <= limits.shared_bytes) texts.back() += text;
    };
    events.is_over = [&] { return bytes > limits.shared_bytes; };
    if (auto const read = parts.parse("xl/sharedStrings.xml", events); !read) return read.error();
    if (bytes > limits.shared_bytes) return bad_file("文件里的文字过多，请拆分后再导入");
    return texts;
}

// "AB12" → 27.
std::optional<std::size_t> column_of(std::string_view reference) {
    auto column = std::size_t{0};
    for (auto const c : reference) {
        if (c < 'A' || c > 'Z') break;
        column = column * 26 + static_cast<std::size_t>(c - 'A' + 1);
        if (column > 100'000) return std::nullopt;
    }
    return column == 0 ? std::nullopt : std::optional{column - 1};
}

/// The sheet, cell by cell.
class SheetReading {
public:
    SheetReading(Limits const& limits, EachRow const& each, std::vector<bool> dates, std::vector<std::string> shared,
                 bool since_1904)
        : limits_{limits}, each_{each}, dates_{std::move(dates)}, shared_{std::move(shared)}, since_1904_{since_1904} {}

    PartEvents events() {
        auto events = PartEvents{};
        events.begin = [this](std::string_view element, Attributes const& attributes) { begin(element, attributes); };
        events.end = [this](std::string_view element) { end(element); };
        events.text = [this](std::string_view text) {
            if (!in_value_) return;
            if (value_.size() + text.size() > limits_.cell_bytes)
                refuse(where() + "有超过 " + std::to_string(limits_.cell_bytes) + " 字节的单元格");
            else
                value_ += text;
        };
        events.is_over = [this] { return is_done_ || problem_.has_value(); };
        return events;
    }
    [[nodiscard]] std::optional<Error> const& problem() const { return problem_; }

private:
    void begin(std::string_view element, Attributes const& attributes) {
        if (element == "row") {
            number_ = number_or(attribute(attributes, "r"), number_ + 1);
            row_.clear();
            next_column_ = 0;
        } else if (element == "c") {
            column_ = column_of(attribute(attributes, "r")).value_or(next_column_);
            next_column_ = column_ + 1;
            type_ = attribute(attributes, "t");
            style_ = number_or(attribute(attributes, "s"), std::size_t{0});
            value_.clear();
        } else if (element == "rPh") {
            in_reading_ = true;
        }
        in_value_ = !in_reading_ && (element == "v" || element == "t");
    }
    void end(std::string_view element) {
        in_value_ = false;
        if (element == "rPh") in_reading_ = false;
        if (element == "c") end_cell();
        if (element == "row") end_row();
        if (element == "sheetData") is_done_ = true;
    }
    void end_cell() {
        if (problem_ || value_.empty()) return;
        if (column_ >= limits_.columns) return refuse(where() + "超过 " + std::to_string(limits_.columns) + " 列");
        if (row_.size() <= column_) row_.resize(column_ + 1);
        row_[column_] = shown();
    }
    void end_row() {
        if (problem_ || is_done_) return;
        if (std::ranges::all_of(row_, [](auto const& text) { return text::trim(text).empty(); })) return;
        if (++rows_ > limits_.rows + 1)
            return refuse("文件超过 " + std::to_string(limits_.rows) + " 行，请拆分后再导入");
        if (!each_(number_, std::move(row_))) is_done_ = true;
        row_ = Row{};
    }
    std::string shown() {
        if (type_ == "s") {
            auto const index = number_or(value_, shared_.size());
            if (index < shared_.size()) return shared_[index];
            refuse(where() + "的内容已损坏");
            return {};
        }
        if (type_ == "b") return value_ == "1" ? "是" : "否";
        if (type_ == "str" || type_ == "inlineStr" || type_ == "d" || type_ == "e") return value_;
        auto const plain = plain_number(value_);
        if (!plain) return value_;
        if (style_ < dates_.size() && dates_[style_])
            if (auto const date = date_of_serial(number_or(*plain, -1.0), since_1904_)) return *date;
        return *plain;
    }
    void refuse(std::string message) {
        if (!problem_) problem_ = bad_file(std::move(message));
    }
    [[nodiscard]] std::string where() const { return "第 " + std::to_string(number_) + " 行"; }

    Limits const& limits_;
    EachRow const& each_;
    std::vector<bool> dates_;
    std::vector<std::string> shared_;
    bool since_1904_;
    Row row_;
    std::int64_t number_ = 0;
    std::size_t rows_ = 0;
    std::size_t column_ = 0;
    std::size_t next_column_ = 0;
    std::size_t style_ = 0;
    std::string type_;
    std::string value_;
    bool in_value_ = false;
    bool in_reading_ = false;
    bool is_done_ = false;
    std::optional<Error> problem_;
};

}  // namespace

Result<void> read_xlsx(std::string_view file, Limits const& limits, EachRow const& each) {
    auto parts = Parts::open(file, limits);
    if (!parts) return parts.error();
    auto const book = read_workbook(*parts);
    if (!book) return book.error();
    auto dates = read_styles(*parts);
    if (!dates) return dates.error();
    auto shared = read_shared(*parts, limits);
    if (!shared) return shared.error();
    auto reading = SheetReading{limits, each, std::move(*dates), std::move(*shared), book->since_1904};
    auto const read = parts->parse(book->sheet, reading.events());
    if (reading.problem()) return *reading.problem();
    return read;
}

}  // namespace wescrm::tables
