#pragma once
#include <wescrm/database/session.hpp>
#include <wescrm/operation/actor.hpp>
#include <wescrm/operation/reader_terms.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wescrm::operation {

/// A condition over rows, as part of a `where`: "(c.owner_id = any(:scope_owners::bigint[]) or …)".
struct Predicate {
    std::string sql;
    database::Params params;
};

/// Why somebody may see or change a record: the first reason that holds, or every one that does not; Chinese words.
struct Verdict {
    bool is_allowed = false;
    std::vector<std::string> because;
};

struct Circle;
struct Owners;
struct Circles;  // what was asked before for one actor: src/operation/access_circle.hpp
enum class Many;
class Paging;
struct RecordKind;

/// Who may see (and change) what, in one place. Every list, search, count, report and chat look-up takes its rows
/// through rows(); single records go through allows(); explain() is the same check with its reasons. Kinds of records
/// are words: "customer", "contact", "followup", "task"; their tables are described in src/operation/access_kinds.cpp.
///
///   visible ⇔ the actor has the permission "<kind>.view", and
///       he is an administrator · owns (or made) the record · is in its team · one of his roles reaches the owner ·
///       heads the owner's department or one above · a share rule gives him the owner's records · the record is shared
///       with his department · owns the customer on which it hangs · a reader term of another module holds
///   changeable ⇔ visible, the permission "<kind>.edit", and
///       he owns it · is in its team with write · a role's reach of "<kind>.edit" · a share with write · a term with
///       write
///
/// A record in a pool has no owner; there only administrators and reader terms (seats) count.
class AccessScope {
public:
    /// `known`: what was asked before for this actor, and will be kept there; null: a scope for itself.
    AccessScope(database::Session& sql, Actor const& actor, Instant now, ReaderTerms const* terms = nullptr,
                std::shared_ptr<Circles> known = nullptr)
        : sql_{sql}, actor_{actor}, now_{now}, terms_{terms}, circles_{known ? std::move(known) : no_circles()} {}
    /// Room for what will be asked.
    [[nodiscard]] static std::shared_ptr<Circles> no_circles();

    /// The predicate for rows of `kind` under `alias` (a row of the kind's table). Uses parameters named scope_….
    [[nodiscard]] Predicate rows(std::string_view kind, Power power, std::string_view alias) const;
    /// The ids of one page of a list in order, as a select without the page's details: rows of the kind's table under
    /// `alias` for which `where` (" and …", its parameters and :tenant bound by the caller) holds. As fast for somebody
    /// who sees little of a large table as for somebody who sees all of it.
    [[nodiscard]] Predicate page(std::string_view kind, std::string_view alias, std::string_view where,
                                 Paging const& paging) const;
    /// The same question for one record; false if it does not exist.
    [[nodiscard]] bool allows(std::string_view kind, Power power, std::int64_t id) const;
    /// The same again, with reasons; nullopt if the record does not exist.
    [[nodiscard]] std::optional<Verdict> explain(std::string_view kind, Power power, std::int64_t id) const;

    /// The same scope for a statement that names its rows, by ids or by the customer on which they hang: each is looked
    /// at, however many others he sees.
    [[nodiscard]] AccessScope named(bool are_named = true) const {
        auto other = *this;
        other.are_named_ = are_named;
        return other;
    }
    /// The same scope for a statement over rows of kinds that have customer_id, all with this one. Where the customer's
    /// owner decides for all of them, or the actor reaches the owners of all of them, or there are none, which is so
    /// nearly always, reading is "true" or "false", and the statement is far quicker planned and run.
    [[nodiscard]] AccessScope at_customer(std::int64_t customer) const {
        auto other = named();
        other.customer_ = customer;
        return other;
    }
    /// The same scope that takes more than `owners` owners for many: their rows are found in other ways.
    [[nodiscard]] AccessScope where_few_are(std::size_t owners) const {
        auto other = *this;
        other.few_owners_ = owners;
        return other;
    }
    /// Whether the actor may do that with any record of `kind` that `owner` has outside pools, for the owner's sake:
    /// his own, his roles' reach, what he heads, share rules without conditions.
    [[nodiscard]] bool reaches(std::string_view kind, Power power, EmployeeId owner) const;

private:
    /// Whose records of `kind` the actor reaches. Asked once.
    [[nodiscard]] std::shared_ptr<Circle const> circle(std::string const& kind, Power power) const;
    [[nodiscard]] Owners const& owners(std::string const& kind, Power power) const;
    /// One reason of the formula: whose records, or a condition; with words for both answers.
    struct Term {
        std::optional<std::vector<EmployeeId>> owners;
        std::string sql;
        std::string because;
        std::string because_not;
    };
    /// The reasons of one power for rows under an alias.
    struct Formula {
        bool is_everything = false;  ///< administrators and the system
        std::string refusal;         ///< words: the function permission is lacking
        std::string owner;           ///< SQL
        std::string pool;            ///< SQL, not null for a record in a pool, where `terms` do not count; may be ""
        std::vector<Term> terms;
        std::vector<Term> pool_terms;  ///< those that count in pools as well
        database::Params params;
    };
    /// For the customers and leads on which a record hangs: how many of them he sees.
    [[nodiscard]] Many number_of(std::string const& kind, Power power) const;
    [[nodiscard]] Formula formula(RecordKind const& kind, Power power, std::string const& row) const;
    void add_owner_terms(Formula& formula, RecordKind const& kind, Power power, std::string const& row) const;
    void add_owner_groups(Formula& formula, RecordKind const& kind, Power power, std::string const& row) const;
    void add_shared_terms(Formula& formula, RecordKind const& kind, Power power, std::string const& row) const;
    void add_customer_terms(Formula& formula, RecordKind const& kind, std::string const& row) const;
    void add_lead_term(Formula& formula, RecordKind const& kind, std::string const& row) const;
    void add_reader_terms(Formula& formula, RecordKind const& kind, Power power, std::string const& row) const;
    /// The terms as they stand in a `where`: owners apart from everything else.
    struct Split {
        std::vector<EmployeeId> owners;
        std::vector<std::string> conditions;
    };
    [[nodiscard]] static Split split(Formula const& formula);
    [[nodiscard]] Predicate rows_of(RecordKind const& kind, Power power, std::string const& row) const;
    [[nodiscard]] std::optional<Verdict> judge(RecordKind const& kind, Power power, std::int64_t id) const;
    [[nodiscard]] Predicate rows_at(std::int64_t customer, RecordKind const& kind, std::string_view alias) const;
    [[nodiscard]] bool is_owners_to_give(RecordKind const& kind, Power power, std::int64_t id) const;

    database::Session& sql_;
    Actor const& actor_;
    Instant now_;
    ReaderTerms const* terms_;
    std::shared_ptr<Circles> circles_;
    bool are_named_ = false;
    std::optional<std::int64_t> customer_;
    /// Up to so many owners, the first rows of each are taken from the owner's index and merged: as many steps whatever
    /// the size of the table. Beyond, so much of the table is visible that walking along the order finds a page soon.
    std::size_t few_owners_ = 200;
};

}  // namespace wescrm::operation
