#pragma once
#include <wescrm/exchange/operations.hpp>
#include <wescrm/operation/binding.hpp>

namespace wescrm::exchange {

using ExportId = StrongId<struct ExportIdTag, std::int64_t>;

struct ExportWord {
    std::string value;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(ExportWord, (), (value, text))

/// A column of the file: a member of the list's records, and how it is headed and worded.
struct ExportColumn {
    std::string field;  ///< "name", "custom.budget"
    std::string title;
    std::vector<ExportWord> words;  ///< what is shown instead of a value
};
BOOST_DESCRIBE_STRUCT(ExportColumn, (), (field, title, words))

struct Export {
    ExportId id;
    std::string object;
    std::string format;
    std::string state;  ///< running, waiting (for consent), done, refused, failed
    std::int64_t row_count = 0;
    std::int64_t size = 0;
    bool is_cut = false;  ///< there were more rows than may be exported at once
    std::string problem;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
    std::optional<Instant> finished_at;
    std::optional<Instant> expires_at;
    std::optional<Instant> downloaded_at;  ///< first
    bool is_available = false;             ///< whether the file can be fetched now
};
BOOST_DESCRIBE_STRUCT(Export, (),
                      (id, object, format, state, row_count, size, is_cut, problem, version, created_at, updated_at,
                       created_by, finished_at, expires_at, downloaded_at, is_available))

/// What a step needs beyond what people see.
struct ExportWork {
    std::string object;
    std::string format;
    std::string state;
    std::string filter;
    std::string columns;
    std::string next_cursor;
    std::int64_t row_count = 0;
};
BOOST_DESCRIBE_STRUCT(ExportWork, (), (object, format, state, filter, columns, next_cursor, row_count))

/// The list operation of the object, if there is one that may be exported.
[[nodiscard]] operation::Entry const* list_of(Lists const& lists, std::string const& object);
[[nodiscard]] std::vector<ExportColumn> columns_from(std::string const& json);
/// "客户", for names of files and sheets.
[[nodiscard]] std::string title_of_object(std::string const& object);
[[nodiscard]] std::string export_file_name(Export const& job, Zone const& zone);

/// A member of a record as it stands in a table. `own_words`: labels of the company's own options by "custom.key".
using OwnWords = std::map<std::string, std::map<std::string, std::string>>;
[[nodiscard]] std::string cell_of(json::Value const& record, ExportColumn const& column, OwnWords const& own_words,
                                  Zone const& zone);

}  // namespace wescrm::exchange
