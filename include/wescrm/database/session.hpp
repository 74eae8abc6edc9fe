#pragma once
#include <wescrm/database/value.hpp>

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace wescrm::database {

/// What PostgreSQL refused. Database::run translates it to an Error; who wants to branch earlier uses Session::attempt.
/// Carries neither SQL nor values, so it may be logged.
struct SqlError : std::runtime_error {
    SqlError(std::string sqlstate_, std::string constraint_, std::string summary);
    std::string sqlstate;    ///< five characters, "08000" for a lost connection
    std::string constraint;  ///< the name of the broken constraint, if that was it
};

/// The one way to run SQL: statements with named parameters over the transaction that Database::run opened. On a direct
/// connection statements are prepared once and kept; behind a pooler they are one-time queries. One thread at a time.
/// A colon in a comment, a dollar quote, a "quoted name" or an array slice would be taken for a parameter: avoid them.
class Session {
public:
    virtual ~Session() = default;
    Session(Session const&) = delete;
    Session& operator=(Session const&) = delete;

    /// Number of affected rows.
    std::int64_t execute(std::string_view sql, Params const& params = {}) { return run(sql, params, 0, {}); }

    /// All rows as tuples: `for (auto const& [id, name] : sql.rows<CustomerId, std::string>("select …", {bind(…)}))`.
    template <class... Columns>
    std::vector<std::tuple<Columns...>> rows(std::string_view sql, Params const& params = {}) {
        auto found = std::vector<std::tuple<Columns...>>{};
        run(sql, params, sizeof...(Columns), [&found](Text const* cells) {
            found.push_back(make<Columns...>(cells, std::index_sequence_for<Columns...>{}));
        });
        return found;
    }
    /// The first row.
    template <class... Columns>
    std::optional<std::tuple<Columns...>> row(std::string_view sql, Params const& params = {}) {
        auto found = rows<Columns...>(sql, params);
        if (found.empty()) return std::nullopt;
        return std::move(found.front());
    }
    /// The first column of the first row; nullopt if there is no row or it is null.
    template <class T>
    std::optional<T> value(std::string_view sql, Params const& params = {}) {
        auto const found = row<std::optional<T>>(sql, params);
        if (!found) return std::nullopt;
        return std::get<0>(*found);
    }
    /// The first column of every row.
    template <class T>
    std::vector<T> values(std::string_view sql, Params const& params = {}) {
        auto found = std::vector<T>{};
        run(sql, params, 1, [&found](Text const* cells) { found.push_back(column_as<T>(cells[0])); });
        return found;
    }
    /// Rows as structs described with BOOST_DESCRIBE_STRUCT: the columns stand in the order of the members.
    template <class Record>
    std::vector<Record> records(std::string_view sql, Params const& params = {}) {
        using Members =
            boost::describe::describe_members<Record, boost::describe::mod_public | boost::describe::mod_inherited>;
        auto found = std::vector<Record>{};
        run(sql, params, boost::mp11::mp_size<Members>::value, [&found](Text const* cells) {
            auto record = Record{};
            boost::mp11::mp_for_each<Members>([&](auto member) {
                auto& field = record.*member.pointer;
                field = column_as<std::decay_t<decltype(field)>>(*cells++);
            });
            found.push_back(std::move(record));
        });
        return found;
    }
    template <class Record>
    std::optional<Record> record(std::string_view sql, Params const& params = {}) {
        auto found = records<Record>(sql, params);
        if (found.empty()) return std::nullopt;
        return std::move(found.front());
    }

    /// Runs `work` under a savepoint: nullopt if it went well; the SqlError, with the work undone, if PostgreSQL
    /// refused it.
    std::optional<SqlError> attempt(std::function<void()> const& work);

    /// Called after the transaction has committed, on the database thread; never after a rollback. Must not throw.
    virtual void after_commit(std::function<void()> action) = 0;

    /// Several statements in one string, without parameters.
    virtual void script(std::string_view sql) = 0;

    using EachRow = std::function<void(Text const* cells)>;
    /// The untyped ground of all of the above: calls `each` with `columns` cells per row; returns the affected rows.
    virtual std::int64_t run(std::string_view sql, Params const& params, std::size_t columns, EachRow const& each) = 0;

protected:
    Session() = default;

private:
    template <class... Columns, std::size_t... At>
    static std::tuple<Columns...> make(Text const* cells, std::index_sequence<At...>) {
        return {column_as<Columns>(cells[At])...};
    }
};

}  // namespace wescrm::database
