#include "../lead/scores.hpp"
#include "../rules/profile.hpp"
#include "../tags/bulk_tags.hpp"
#include "bulk.hpp"
#include "contact_duplicates.hpp"

#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/sales/names.hpp>
#include <wescrm/tables/cells.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

using database::bind;

constexpr std::string_view own_prefix = "custom.";

/// Texts of cells become values; what cannot be one is a problem of the row.
class Reader {
public:
    Reader(operation::Context& ctx, BulkOptions const& options, BulkCustom const& custom)
        : ctx_{ctx}, spec_{spec_of(options.object)}, rules_{rules_of(options.object)}, custom_{custom} {
        for (auto& [key, rule] : rules_)
            if (auto const* named = custom.system(key)) rule.label = named->label;
    }

    Planned read(BulkRow const& row) {
        auto planned = Planned{};
        planned.number = row.number;
        for (auto const& [key, cell] : row.values) {
            auto const typed = std::string{text::trim(cell)};
            if (!typed.empty()) take(planned, key, typed);
        }
        return planned;
    }

private:
    void take(Planned& row, std::string const& key, std::string const& typed) {
        if (key.starts_with(own_prefix)) return custom_.take(row, key.substr(own_prefix.size()), typed);
        auto const rule = rules_.find(key);
        if (rule == rules_.end()) return;
        if (text::length(typed) > rule->second.max_length)
            return complain(row, rule->second, "最多 " + std::to_string(rule->second.max_length) + " 个字");
        if (key == "mobile") return take_phone(row, row.mobile, rule->second, typed);
        if (key == "contact_mobile") return take_phone(row, row.contact_mobile, rule->second, typed);
        if (spec_.pool_object == PoolObject::customer && (key == "phone" || key == "credit_code"))
            return take_normal(row, *rule, typed);
        if (key == "next_contact_at") {
            row.next_contact_at = tables::read_instant(typed, ctx_.zone());
            if (!row.next_contact_at) complain(row, rule->second, "不是有效的时间，例如 2026-11-27 08:30");
        } else if (key == "owner_user_id") {
            row.owner_text = typed;
        } else if (key == "no") {
            row.no = typed;
        } else if (key == "contact") {
            row.contact = typed;
        } else if (key == "tags") {
            row.tags = tags_in(typed);
        } else if (key == "contact_position") {
            row.contact_position = typed;
        } else {
            row.texts.emplace(key, typed);
        }
    }
    static Texts tags_in(std::string typed) {
        for (auto const* mark : {"，", "、", "；", ";", "\n"}) typed = text::replace_all(std::move(typed), mark, ",");
        auto names = Texts{};
        for (auto const& part : text::split(typed, ','))
            if (auto name = std::string{text::trim(part)};
                !name.empty() && std::ranges::find(names, name) == names.end())
                names.push_back(std::move(name));
        return names;
    }
    static void take_phone(Planned& row, std::optional<std::string>& phone, BulkRule const& rule,
                           std::string const& typed) {
        auto const digits = tables::phone_of(typed);
        if (!digits) return complain(row, rule, "已变成科学计数法，丢失了位数；请把这一列设为文本再填写");
        phone = normal_phone(*digits);
        if (!phone) complain(row, rule, "不是有效的电话：手机 11 位，座机带区号，例如 0512-66001234");
    }
    static void take_normal(Planned& row, std::pair<std::string const, BulkRule> const& rule,
                            std::string const& typed) {
        auto const is_phone = rule.first == "phone";
        auto const normal = is_phone ? normal_phone(typed) : normal_credit_code(typed);
        if (normal) return void(row.texts.emplace(rule.first, *normal));
        complain(row, rule.second,
                 is_phone ? "不是有效的电话：手机 11 位，座机带区号，例如 0512-66001234"
                          : "不是有效的统一社会信用代码：18 位数字或大写字母，请核对营业执照");
    }
    static void complain(Planned& row, BulkRule const& rule, std::string const& what) {
        row.problems.push_back(rule.label + "：" + what);
    }

    operation::Context& ctx_;
    BulkSpec const& spec_;
    std::map<std::string, BulkRule, std::less<>> rules_;
    BulkCustom const& custom_;
};

// Names and user ids of the owners, all at once. A name that two people have is no answer.
void find_owners(operation::Context& ctx, BulkSpec const& spec, std::vector<Planned>& rows) {
    auto typed = std::set<std::string>{};
    for (auto const& row : rows)
        if (!row.owner_text.empty()) typed.insert(row.owner_text);
    if (typed.empty()) return;
    auto people = std::map<std::string, std::set<EmployeeId>>{};
    auto exact = std::map<std::string, EmployeeId>{};
    for (auto const& [id, user, name] : ctx.sql().rows<EmployeeId, std::string, std::string>(
             "select id, user_id, name from employee where tenant_id = :tenant and status = 'active' and (user_id = "
             "any(:typed::text[]) or name = any(:typed::text[]))",
             {bind("tenant", ctx.tenant()), bind("typed", Texts{typed.begin(), typed.end()})})) {
        exact.emplace(user, id);
        people[name].insert(id);
    }
    for (auto& row : rows) {
        if (row.owner_text.empty()) continue;
        auto const by_id = exact.find(row.owner_text);
        auto const by_name = people.find(row.owner_text);
        if (by_id != exact.end())
            row.owner = by_id->second;
        else if (by_name != people.end() && by_name->second.size() == 1)
            row.owner = *by_name->second.begin();
        else
            row.problems.push_back(
                "负责人：" + std::string{by_name == people.end() ? "没有这位在职员工" : "有多位同名员工，请填写账号"} +
                "「" + text::truncate(row.owner_text, 30) + "」");
        if (!row.owner.is_empty() && row.owner != ctx.actor().employee && !ctx.may(spec.name + ".assign"))
            row.problems.emplace_back("负责人：您没有把" + spec.title + "分配给他人的权限");
    }
}

AssignSubject subject_of(Planned const& row) {
    return {row.text("source"), row.text("channel"),  row.text("province"),
            row.text("city"),   row.text("intended"), row.tags};
}

// Rules are asked when rows are written: who is free then is not known before.
void place_by_rules(operation::Context& ctx, MatchWeights const& weights, std::vector<Planned>& rows) {
    auto assigner = Assigner{ctx, Assigner::For::giving, ctx.now(), weights};
    for (auto& row : rows) {
        if (!row.creates() || !row.owner_text.empty()) continue;
        auto placed = assigner.place(subject_of(row));
        if (!placed) {
            row.problems.push_back(placed.error().message);
            continue;
        }
        row.owner = placed->owner;
        row.pool = placed->pool;
        row.by_rule = std::move(*placed);
    }
}

void choose_places(operation::Context& ctx, BulkOptions const& options, std::vector<Planned>& rows, bool writes) {
    auto const by_rules = options.assign_by_rules && options.object == BulkObject::lead;
    if (by_rules && writes) return place_by_rules(ctx, options.limits.match, rows);
    for (auto& row : rows) {
        if (!row.creates() || (by_rules && row.owner_text.empty())) continue;
        if (options.pool && row.owner_text.empty())
            row.pool = options.pool;
        else if (row.owner.is_empty())
            row.owner = ctx.actor().employee;
    }
}

// What an owner may hold no more goes to the pool, or is told.
void keep_caps(operation::Context& ctx, BulkOptions const& options, std::vector<Planned>& rows, bool locks) {
    auto const object = spec_of(options.object).pool_object;
    auto wanted = std::map<EmployeeId, std::vector<Planned*>>{};
    for (auto& row : rows)
        if (row.creates() && !row.owner.is_empty() && !row.by_rule) wanted[row.owner].push_back(&row);
    for (auto& [owner, all] : wanted) {
        auto const cap = cap_for(ctx, object, owner, std::nullopt);
        if (!cap) continue;
        if (locks) queue_up(ctx, owner);
        auto const room = std::max(std::int64_t{0}, cap->most - PoolRecords{ctx, object}.held_by(owner));
        for (auto i = static_cast<std::size_t>(room); i < all.size(); ++i) {
            auto& row = *all[i];
            if (options.surplus_to_pool && options.overflow) {
                row.owner = EmployeeId{};
                row.pool = options.overflow;
            } else {
                row.problems.push_back("负责人：持有数量已达上限 " + std::to_string(cap->most) + "（" + cap->whose +
                                       "）");
            }
        }
    }
}

BulkOutcome outcome_of(Planned const& row) {
    auto outcome = BulkOutcome{row.number,
                               row.problems.empty() ? row.action : "error",
                               text::join(row.problems, "；"),
                               {},
                               row.version,
                               row.before,
                               {}};
    if (row.id != 0 && row.problems.empty()) outcome.id = row.id;
    if (outcome.message.empty()) outcome.message = row.note;
    if (row.creates())
        for (auto const& [kind, value] : row.blocks) outcome.keys.push_back(kind + ":" + value);
    return outcome;
}

std::vector<BulkOutcome> outcomes_of(std::vector<Planned> const& rows) {
    auto outcomes = std::vector<BulkOutcome>{};
    outcomes.reserve(rows.size());
    for (auto const& row : rows) outcomes.push_back(outcome_of(row));
    return outcomes;
}

}  // namespace

std::vector<Key> Planned::own_keys(BulkObject object) const {
    auto found = std::vector<Key>{};
    auto const name = text("name");
    if (object == BulkObject::customer && !name.empty()) found.emplace_back("name_core", name_core(name));
    auto const company = text("company");
    if (object == BulkObject::lead && !company.empty() && !name.empty())
        found.emplace_back("person",
                           name_core(company) + "\n" + wescrm::text::to_lower(wescrm::text::normalised(name)));
    if (mobile) found.emplace_back("mobile", *mobile);
    return found;
}

std::vector<Planned> plan_bulk(operation::Context& ctx, BulkOptions const& options, BulkCustom const& custom,
                               std::vector<BulkRow> const& rows, bool locks) {
    auto reader = Reader{ctx, options, custom};
    auto planned = std::vector<Planned>{};
    planned.reserve(rows.size());
    for (auto const& row : rows) planned.push_back(reader.read(row));
    for (auto& row : planned) {
        auto const name = row.text("name");
        if (!name.empty() && name_core(name).empty()) row.problems.emplace_back("名称：里面至少要有一个字或字母");
        if (!row.contact && (row.contact_mobile || !row.contact_position.empty()))
            row.problems.emplace_back("联系人：填写了联系人手机或职务时必填");
        row.keys = row.own_keys(options.object);
    }
    find_owners(ctx, spec_of(options.object), planned);
    meet_existing(ctx, options, planned, locks);
    choose_places(ctx, options, planned, locks);
    if (options.object == BulkObject::customer) judge_contacts(ctx, planned);
    custom.check(planned);
    BulkTags{ctx, options}.check(planned);
    keep_caps(ctx, options, planned, locks);
    return planned;
}

std::vector<BulkOutcome> check_bulk(operation::Context& ctx, BulkOptions const& options,
                                    std::vector<BulkRow> const& rows) {
    auto const custom = BulkCustom{ctx, spec_of(options.object)};
    return outcomes_of(plan_bulk(ctx, options, custom, rows, false));
}

std::vector<BulkOutcome> write_bulk(operation::Context& ctx, BulkOptions const& options,
                                    std::vector<BulkRow> const& rows) {
    auto const custom = BulkCustom{ctx, spec_of(options.object)};
    auto planned = plan_bulk(ctx, options, custom, rows, true);
    write_creates(ctx, options, planned);
    write_updates(ctx, options, planned);
    if (options.object == BulkObject::customer) add_contacts(ctx, planned);
    custom.write(planned);
    BulkTags{ctx, options}.write(planned, options.reason);
    auto changed = Numbers{};
    for (auto const& row : planned)
        if (row.is_good()) changed.push_back(row.id);
    if (!changed.empty()) recompute_due(ctx, spec_of(options.object).pool_object, changed);
    if (options.object == BulkObject::lead) rescore_leads(ctx, changed);
    return outcomes_of(planned);
}

}  // namespace wescrm::sales
