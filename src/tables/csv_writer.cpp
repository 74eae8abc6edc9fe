#include <wescrm/tables/cells.hpp>
#include <wescrm/tables/write.hpp>

namespace wescrm::tables {
namespace {

constexpr std::string_view mark = "\xEF\xBB\xBF";

class CsvWriter : public Writer {
public:
    explicit CsvWriter(Sheet const& sheet) : text_{mark} {
        auto titles = Row{};
        for (auto const& column : sheet.columns) titles.push_back(column.title);
        write(titles);
    }
    void add(Row const& row) override { write(row); }
    std::string finish() override { return std::move(text_); }

private:
    void write(Row const& row) {
        auto is_first = true;
        for (auto const& cell : row) {
            if (!is_first) text_ += ',';
            is_first = false;
            write(safe_text(cell));
        }
        text_ += "\r\n";
    }
    void write(std::string const& cell) {
        if (cell.find_first_of(",\"\r\n") == std::string::npos && !cell.starts_with(' ') && !cell.ends_with(' ')) {
            text_ += cell;
            return;
        }
        text_ += '"';
        for (auto const c : cell) {
            if (c == '"') text_ += '"';
            if (c != '\0') text_ += c;
        }
        text_ += '"';
    }

    std::string text_;
};

}  // namespace

std::unique_ptr<Writer> csv_writer(Sheet const& sheet) { return std::make_unique<CsvWriter>(sheet); }

}  // namespace wescrm::tables
