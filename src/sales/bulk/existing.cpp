#include "bulk.hpp"
#include "duplicates.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>

// Which records of the company the rows of a table mean, and what the actor may do with them.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Power;

struct Existing {
    std::int64_t id = 0;
    std::string no;
    std::string name;
    std::string owner;
    std::int64_t version = 0;
    bool is_final = false;  ///< a converted lead
    bool is_seen = false;
    bool is_writable = false;
    std::string snapshot;
};

struct Found {
    std::map<Key, std::set<std::int64_t>> by_key;
    std::map<std::string, std::int64_t> by_no;
    std::map<std::int64_t, Existing> records;
};

std::set<std::int64_t> allowed(operation::Context& ctx, std::string const& kind, Power power, Numbers const& ids) {
    auto const scope = ctx.scope();
    auto const predicate = scope.named().rows(kind, power, "r");
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("ids", ids)};
    params.add(predicate.params);
    auto const found = ctx.sql().values<std::int64_t>(
        "select r.id from " + kind + " r where r.tenant_id = :tenant and r.id = any(:ids::bigint[]) and " +
            predicate.sql,
        params);
    return {found.begin(), found.end()};
}

void find_holders(operation::Context& ctx, BulkSpec const& spec, Texts const& kinds, Texts const& values,
                  Found& found) {
    for (auto& [kind, value, id] : ctx.sql().rows<std::string, std::string, std::int64_t>(
             "select k.kind, k.value, k.object_id from (select distinct * from unnest(:kinds::text[], "
             ":values::text[]) n(kind, value)) n join duplicate_key k on k.tenant_id = :tenant and k.object = :object "
             "and k.kind = n.kind and k.value = n.value",
             {bind("tenant", ctx.tenant()), bind("object", spec.name), bind("kinds", kinds), bind("values", values)}))
        found.by_key[Key{kind, value}].insert(id);
}

// Rows that are only made mean no record by their keys: of them the rules of duplicates alone decide.
void find_keys(operation::Context& ctx, BulkOptions const& options, std::vector<Planned> const& rows, Found& found) {
    auto const& spec = spec_of(options.object);
    auto kinds = Texts{};
    auto values = Texts{};
    auto numbers = Texts{};
    for (auto const& row : rows) {
        if (options.mode != BulkMode::create)
            for (auto const& [kind, value] : row.keys) {
                kinds.push_back(kind);
                values.push_back(value);
            }
        if (row.no) numbers.push_back(*row.no);
    }
    if (!kinds.empty()) find_holders(ctx, spec, kinds, values, found);
    if (numbers.empty()) return;
    for (auto& [no, id] : ctx.sql().rows<std::string, std::int64_t>(
             "select no, id from " + spec.name +
                 " where tenant_id = :tenant and no = any(:numbers::text[]) and deleted_at is null",
             {bind("tenant", ctx.tenant()), bind("numbers", numbers)}))
        found.by_no.emplace(no, id);
}

void load(operation::Context& ctx, BulkSpec const& spec, Found& found, bool locks) {
    auto ids = std::set<std::int64_t>{};
    for (auto const& [key, holders] : found.by_key) ids.insert(holders.begin(), holders.end());
    for (auto const& [no, id] : found.by_no) ids.insert(id);
    if (ids.empty()) return;
    auto const all = Numbers{ids.begin(), ids.end()};
    auto const is_final = spec.name == "lead" ? "r.status = 'converted'" : "false";
    auto const seen = allowed(ctx, spec.name, Power::read, all);
    auto const writable =
        ctx.may(spec.name + ".edit") ? allowed(ctx, spec.name, Power::write, all) : std::set<std::int64_t>{};
    for (auto& [id, no, name, owner, version, final, snapshot] :
         ctx.sql().rows<std::int64_t, std::string, std::string, std::string, std::int64_t, bool, std::string>(
             "select r.id, r.no, r.name, coalesce((select e.name from employee e where e.tenant_id = r.tenant_id and "
             "e.id = r.owner_id), ''), r.version, " +
                 std::string{is_final} + ", " + snapshot_sql(spec, "r") + "::text from " + spec.name +
                 " r where r.tenant_id = :tenant and r.id = any(:ids::bigint[]) order by r.id" +
                 (locks ? " for update of r" : ""),
             {bind("tenant", ctx.tenant()), bind("ids", all)}))
        found.records.emplace(id, Existing{id, no, name, owner, version, final, seen.contains(id),
                                           writable.contains(id), std::move(snapshot)});
}

// As the operation that creates one tells it.
std::string duplicate_text(operation::Context& ctx, BulkSpec const& spec, Existing const& existing) {
    auto const knows_owner = !operation::is_hidden(ctx.actor(), spec.name, "owner_name");
    auto const held = !knows_owner             ? std::string{}
                      : existing.owner.empty() ? std::string{"，在公海中"}
                                               : "，由 " + existing.owner + " 负责";
    if (existing.is_seen) return "已有" + spec.title + "「" + existing.name + "」（" + existing.no + "）" + held;
    return "公司里已有名称或电话相同的" + spec.title + "「" + masked_name(existing.name) + "」" + held;
}

Result<std::int64_t> meant_by_number(BulkSpec const& spec, Found const& found, Planned const& row) {
    auto const by_no = found.by_no.find(*row.no);
    if (by_no == found.by_no.end())
        return Error{Errc::not_found, "no", "没有编号为「" + text::truncate(*row.no, 40) + "」的" + spec.title};
    return by_no->second;
}

// The one record that has a key of the row; 0: none.
Result<std::int64_t> meant(BulkSpec const& spec, Found const& found, Planned const& row) {
    if (row.no) return meant_by_number(spec, found, row);
    auto ids = std::set<std::int64_t>{};
    for (auto const& key : row.keys)
        if (auto const known = found.by_key.find(key); known != found.by_key.end()) {
            if (known->second.size() > 1)
                return Error{Errc::conflict, "several", "有多条" + spec.title + "与这一行相同，请填写编号"};
            ids.insert(known->second.begin(), known->second.end());
        }
    if (ids.size() > 1) return Error{Errc::conflict, "duplicate", "名称和电话分别属于两条已有的" + spec.title};
    return ids.empty() ? std::int64_t{0} : *ids.begin();
}

class Deciding {
public:
    Deciding(operation::Context& ctx, BulkOptions const& options, Found const& found, BulkDuplicates& duplicates)
        : ctx_{ctx}, options_{options}, spec_{spec_of(options.object)}, found_{found}, duplicates_{duplicates} {}

    void decide(Planned& row) {
        row.action = "error";
        // What is only made is judged by the rules alone; else a row means the record that has its keys.
        auto const only_new = options_.mode == BulkMode::create && !row.no;
        auto const id = only_new ? Result<std::int64_t>{0} : meant(spec_, found_, row);
        if (!id) return row.problems.push_back(id.error().message);
        if (!only_new)
            if (auto const earlier = earlier_row(row, *id)) return repeat(row, *earlier);
        if (*id != 0) return meet(row, found_.records.at(*id));
        if (options_.mode == BulkMode::update) return row.problems.push_back("没有找到要更新的" + spec_.title);
        if (!ctx_.may(spec_.name + ".create")) return row.problems.push_back("您没有新建" + spec_.title + "的权限");
        if (row.text("name").empty()) row.problems.emplace_back("名称：不能为空");
        row.action = "create";
        judge_new(row);
    }

private:
    void repeat(Planned& row, std::int64_t earlier) const {
        if (options_.mode == BulkMode::skip) return void(row.action = "skip");
        row.problems.push_back("与第 " + std::to_string(earlier) + " 行重复");
    }
    void judge_new(Planned& row) {
        auto const judged = duplicates_.judge(row);
        if (judged.action == DuplicateAction::allow) return;
        if (judged.action == DuplicateAction::warn) return void(row.note = judged.message);
        if (options_.mode == BulkMode::skip) return void(row.action = "skip");
        row.action = "error";
        row.problems.push_back(judged.message);
    }
    std::optional<std::int64_t> earlier_row(Planned const& row, std::int64_t id) {
        auto marks = row.keys;
        if (id != 0) marks.emplace_back("id", std::to_string(id));
        for (auto const& mark : marks)
            if (auto const known = seen_.find(mark); known != seen_.end()) return known->second;
        for (auto const& mark : marks) seen_.emplace(mark, row.number);
        return std::nullopt;
    }
    void meet(Planned& row, Existing const& existing) {
        if (options_.mode == BulkMode::skip) return void(row.action = "skip");
        if (options_.mode == BulkMode::create) return row.problems.push_back(duplicate_text(ctx_, spec_, existing));
        if (!existing.is_seen) return row.problems.push_back(duplicate_text(ctx_, spec_, existing));
        if (!existing.is_writable)
            return row.problems.push_back("您可以查看但不能修改「" + existing.name + "」，请联系它的负责人");
        if (existing.is_final) return row.problems.push_back("已转换的线索只能查看");
        row.action = "update";
        row.id = existing.id;
        row.version = existing.version;
        row.before = existing.snapshot;
        judge_changed(row);
    }
    // What the row itself says; the whole record is judged when it is written.
    void judge_changed(Planned& row) {
        auto const judged = duplicates_.judge(row, fresh_kinds(row));
        if (judged.action == DuplicateAction::block) row.problems.push_back(judged.message);
        if (judged.action == DuplicateAction::warn) row.note = judged.message;
    }

    operation::Context& ctx_;
    BulkOptions const& options_;
    BulkSpec const& spec_;
    Found const& found_;
    BulkDuplicates& duplicates_;
    std::map<Key, std::int64_t> seen_;
};

}  // namespace

std::string snapshot_sql(BulkSpec const& spec, std::string_view alias) {
    auto const row = std::string{alias} + ".";
    auto sql = std::string{"jsonb_build_object("};
    for (auto const column : spec.texts) sql += "'" + std::string{column} + "', " + row + std::string{column} + ", ";
    return sql + "'mobile', " + row + "mobile, 'next_contact_at', " + row + "next_contact_at" + ", 'custom', " + row +
           "custom)";
}

void meet_existing(operation::Context& ctx, BulkOptions const& options, std::vector<Planned>& rows, bool locks) {
    auto const& spec = spec_of(options.object);
    auto found = Found{};
    find_keys(ctx, options, rows, found);
    load(ctx, spec, found, locks);
    auto duplicates = BulkDuplicates{ctx, options.object, rows};
    auto deciding = Deciding{ctx, options, found, duplicates};
    for (auto& row : rows) deciding.decide(row);
}

}  // namespace wescrm::sales
