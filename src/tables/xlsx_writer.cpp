#include <wescrm/base/text.hpp>
#include <wescrm/tables/cells.hpp>
#include <wescrm/tables/write.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <unistd.h>
#include <utility>
#include <xlsxwriter.h>

namespace wescrm::tables {
namespace {

constexpr std::size_t longest_options = 255;  // characters of a list that stands in the rule itself (18.3.1.32)
constexpr lxw_row_t last_row = 10'000;        // down to which a template offers its lists

/// A file of its own that goes with it.
class TemporaryFile {
public:
    TemporaryFile() {
        auto pattern = (std::filesystem::temp_directory_path() / "wescrm-table-XXXXXX").string();
        auto const handle = ::mkstemp(pattern.data());
        if (handle < 0) throw std::runtime_error{"no temporary file"};
        ::close(handle);
        path_ = pattern;
    }
    ~TemporaryFile() { std::remove(path_.c_str()); }
    TemporaryFile(TemporaryFile const&) = delete;
    TemporaryFile& operator=(TemporaryFile const&) = delete;
    [[nodiscard]] std::string const& path() const { return path_; }
    [[nodiscard]] std::string content() const {
        auto stream = std::ifstream{path_, std::ios::binary};
        return {std::istreambuf_iterator<char>{stream}, {}};
    }

private:
    std::string path_;
};

lxw_col_t column_at(std::size_t index) { return static_cast<lxw_col_t>(index); }

class XlsxWriter : public Writer {
public:
    explicit XlsxWriter(Sheet sheet) : sheet_{std::move(sheet)} {
        auto options = lxw_workbook_options{};
        options.constant_memory = LXW_TRUE;
        book_ = workbook_new_opt(file_.path().c_str(), &options);
        page_ = workbook_add_worksheet(book_, sheet_.title.empty() ? nullptr : sheet_.title.c_str());
        if (!page_) page_ = workbook_add_worksheet(book_, nullptr);
        describe();
        add_formats();
        add_head();
    }
    ~XlsxWriter() override {
        if (book_) workbook_close(book_);
    }
    XlsxWriter(XlsxWriter const&) = delete;
    XlsxWriter& operator=(XlsxWriter const&) = delete;

    void add(Row const& row) override {
        auto const count = std::min(row.size(), sheet_.columns.size());
        for (auto i = std::size_t{0}; i < count; ++i) {
            if (row[i].empty()) continue;
            auto value = 0.0;
            auto const [end, problem] = std::from_chars(row[i].data(), row[i].data() + row[i].size(), value);
            if (sheet_.columns[i].is_number && problem == std::errc{} && end == row[i].data() + row[i].size())
                worksheet_write_number(page_, row_, column_at(i), value, nullptr);
            else
                worksheet_write_string(page_, row_, column_at(i), row[i].c_str(), text_);
        }
        ++row_;
    }
    std::string finish() override {
        workbook_close(std::exchange(book_, nullptr));
        return file_.content();
    }

private:
    void describe() {
        if (sheet_.watermark.empty()) return;
        auto properties = lxw_doc_properties{};
        properties.comments = sheet_.watermark.data();  // only read
        workbook_set_properties(book_, &properties);
        worksheet_set_footer(page_, ("&L" + text::replace_all(sheet_.watermark, "&", "&&") + "&R&P / &N").c_str());
    }
    void add_formats() {
        // Strings are typed as such; with the format of texts they stay ones when somebody edits the cell.
        text_ = workbook_add_format(book_);
        format_set_num_format(text_, "@");
        head_ = workbook_add_format(book_);
        format_set_bold(head_);
        format_set_bg_color(head_, 0xEEF1F6);
        format_set_bottom(head_, LXW_BORDER_THIN);
        required_ = workbook_add_format(book_);
        format_set_bold(required_);
        format_set_font_color(required_, 0xD54941);
        format_set_bg_color(required_, 0xEEF1F6);
        format_set_bottom(required_, LXW_BORDER_THIN);
    }
    void add_head() {
        for (auto i = std::size_t{0}; i < sheet_.columns.size(); ++i) {
            auto const& column = sheet_.columns[i];
            worksheet_set_column(page_, column_at(i), column_at(i), column.width, column.is_number ? nullptr : text_);
        }
        for (auto i = std::size_t{0}; i < sheet_.columns.size(); ++i) {
            auto const& column = sheet_.columns[i];
            worksheet_write_string(page_, 0, column_at(i), column.title.c_str(),
                                   column.is_required ? required_ : head_);
            if (!column.note.empty()) worksheet_write_comment(page_, 0, column_at(i), column.note.c_str());
            offer(i, column.options);
        }
        worksheet_freeze_panes(page_, 1, 0);
    }
    // A list beyond what a rule may hold is told in the note alone.
    void offer(std::size_t index, std::vector<std::string> const& options) {
        if (options.empty() || text::length(text::join(options, ",")) > longest_options) return;
        auto texts = options;
        auto list = std::vector<char*>{};
        for (auto& option : texts) {
            if (option.find(',') != std::string::npos || option.empty()) return;
            list.push_back(option.data());
        }
        list.push_back(nullptr);
        auto rule = lxw_data_validation{};
        rule.validate = LXW_VALIDATION_TYPE_LIST;
        rule.value_list = list.data();
        rule.error_type = LXW_VALIDATION_ERROR_TYPE_WARNING;
        worksheet_data_validation_range(page_, 1, column_at(index), last_row, column_at(index), &rule);
    }

    TemporaryFile file_;
    Sheet sheet_;
    lxw_workbook* book_ = nullptr;
    lxw_worksheet* page_ = nullptr;
    lxw_format* text_ = nullptr;
    lxw_format* head_ = nullptr;
    lxw_format* required_ = nullptr;
    lxw_row_t row_ = 1;
};

}  // namespace

std::unique_ptr<Writer> xlsx_writer(Sheet sheet) { return std::make_unique<XlsxWriter>(std::move(sheet)); }

}  // namespace wescrm::tables
