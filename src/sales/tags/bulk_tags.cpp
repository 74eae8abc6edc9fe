#include "bulk_tags.hpp"

#include <algorithm>
#include <set>

namespace wescrm::sales {

using database::bind;

KnownTag const* BulkTags::find(std::string const& name) const {
    auto const found = std::ranges::find(known_, name, &KnownTag::name);
    return found == known_.end() ? nullptr : &*found;
}

void BulkTags::learn(std::vector<Planned> const& rows) {
    auto names = std::set<std::string>{};
    for (auto const& row : rows) names.insert(row.tags.begin(), row.tags.end());
    known_ = names.empty() ? std::vector<KnownTag>{} : tags_named(ctx_, {names.begin(), names.end()});
}

std::string BulkTags::problem_of(Texts const& names) const {
    auto single = std::set<TagGroupId>{};
    for (auto const& name : names) {
        auto const* tag = find(name);
        if (!tag && !ctx_.may("tag.manage")) return "没有标签「" + name + "」，请联系管理员新建";
        if (!tag) {
            if (auto const plain = plain_tag_name(name, "tags"); !plain) return plain.error().fields.front().message;
            continue;
        }
        if (tag->disabled) return "标签「" + name + "」已停用";
        if (!tag->is_for(object_)) return "标签「" + name + "」不能用于" + std::string{title_of(object_)};
        if (tag->is_single && !single.insert(tag->group).second)
            return "「" + tag->group_name + "」是单选分组，只能选一个标签";
    }
    return {};
}

void BulkTags::check(std::vector<Planned>& rows) {
    learn(rows);
    for (auto& row : rows)
        if (auto problem = problem_of(row.tags); !problem.empty())
            row.problems.push_back("标签：" + std::move(problem));
}

// What everybody may read of it in the record's history.
std::string BulkTags::told(Texts const& names) const {
    auto after = json::Document{rapidjson::kObjectType};
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& name : names)
        if (auto const* tag = find(name); tag && !tag->is_personal)
            list.PushBack(json::make_string(name, after.GetAllocator()), after.GetAllocator());
    json::set(after, "tags", std::move(list), after.GetAllocator());
    return json::write(after);
}

void BulkTags::write(std::vector<Planned> const& rows, std::string const& reason) {
    learn(rows);
    auto ids = Numbers{};
    auto records = Numbers{};
    auto tags = Numbers{};
    auto audit = BulkAudit{};
    for (auto const& row : rows) {
        if (!row.is_good() || row.id == 0 || row.tags.empty()) continue;
        for (auto const& name : row.tags) {
            if (!find(name)) {
                if (!make_tag(ctx_, default_group(ctx_), name, "", "tags", limits_)) continue;
                known_.push_back(tags_named(ctx_, {name}).front());
            }
            if (!find(name)->is_for(object_)) continue;           // the default group is for other records
            if (find(name)->is_automatic_for(object_)) continue;  // its rule sees to it
            records.push_back(row.id);
            tags.push_back(find(name)->id.value());
        }
        ids.push_back(row.id);
        audit.ids.push_back(row.id);
        audit.before.emplace_back();
        audit.after.push_back(told(row.tags));
    }
    if (ids.empty()) return;
    auto const object = name_of(object_);
    ctx_.sql().execute(
        "delete from " + object + "_tag r using tag t where r.tenant_id = :tenant and r." + object +
            "_id = any(:ids::bigint[]) and t.tenant_id = r.tenant_id and t.id = r.tag_id and (t.owner_id "
            "is null or t.owner_id = :me) and not exists (select 1 from tag_rule k where k.tenant_id = t.tenant_id and "
            "k.tag_id = t.id and k.object = :object) and not exists (select 1 from unnest(:records::bigint[], "
            ":tags::bigint[]) n(record, tag) where n.record = r." +
            object + "_id and n.tag = r.tag_id)",
        {bind("tenant", ctx_.tenant()), bind("ids", ids), bind("records", records), bind("tags", tags),
         bind("object", object), bind("me", ctx_.actor().employee)});
    ctx_.sql().execute(
        "insert into " + object + "_tag (tenant_id, " + object +
            "_id, tag_id, created_at) select :tenant, n.record, n.tag, :now::timestamptz from "
            "unnest(:records::bigint[], :tags::bigint[]) n(record, tag) on conflict do nothing",
        {bind("tenant", ctx_.tenant()), bind("records", records), bind("tags", tags), bind("now", ctx_.now())});
    audit_bulk(ctx_, object, object + ".tag", audit, reason);
}

}  // namespace wescrm::sales
