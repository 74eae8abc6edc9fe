#pragma once
#include "../bulk/bulk.hpp"
#include "known_tags.hpp"

namespace wescrm::sales {

/// What imports say of tags: those of a row become exactly the record's, as far as the importer sees tags.
class BulkTags {
public:
    BulkTags(operation::Context& ctx, BulkOptions const& options)
        : ctx_{ctx},
          object_{options.object == BulkObject::lead ? TaggedObject::lead : TaggedObject::customer},
          limits_{options.limits.tags} {}
    /// Tags that cannot be put on become problems of their rows.
    void check(std::vector<Planned>& rows);
    /// Makes what is missing, and puts on and takes off.
    void write(std::vector<Planned> const& rows, std::string const& reason);

private:
    [[nodiscard]] KnownTag const* find(std::string const& name) const;
    [[nodiscard]] std::string problem_of(Texts const& names) const;
    [[nodiscard]] std::string told(Texts const& names) const;
    void learn(std::vector<Planned> const& rows);

    operation::Context& ctx_;
    TaggedObject object_;
    TagLimits limits_;
    std::vector<KnownTag> known_;
};

}  // namespace wescrm::sales
