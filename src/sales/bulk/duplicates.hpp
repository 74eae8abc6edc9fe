#pragma once
#include "../duplicate/entering.hpp"
#include "bulk.hpp"

namespace wescrm::sales {

/// What the company's rules say of rows that a file brings: of each against what is there, and against earlier rows.
class BulkDuplicates {
public:
    BulkDuplicates(operation::Context& ctx, BulkObject object, std::vector<Planned>& rows);

    struct Judged {
        DuplicateAction action = DuplicateAction::allow;
        std::string message;
    };
    /// In the order of the file; notes in the row which keys no later row may have. Of a row that changes a record,
    /// that record is none.
    [[nodiscard]] Judged judge(Planned& row, std::optional<DuplicateKinds> const& fresh = {});

private:
    void find_keys(std::vector<Planned>& rows);
    void work_out_keys(std::vector<Planned>& rows) const;
    void find_hits();
    [[nodiscard]] Judged against_earlier(Planned const& row);
    [[nodiscard]] bool blocks_alone(std::string_view kind) const;

    operation::Context& ctx_;
    DuplicateObject object_;
    DuplicateRules rules_;
    std::set<std::string> kinds_;                    ///< that the rules ask for, as they are stored
    std::vector<std::string> objects_;               ///< that the rules compare with
    std::map<std::int64_t, std::vector<Key>> keys_;  ///< of rows by number
    std::map<std::int64_t, std::vector<DuplicateHit>> hits_;
    std::map<Key, std::vector<std::int64_t>> earlier_;
};

/// By which keys a row that updates a record can make it a duplicate.
[[nodiscard]] DuplicateKinds fresh_kinds(Planned const& row);

}  // namespace wescrm::sales
