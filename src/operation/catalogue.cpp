#include "needed_fields.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/operation/permissions.hpp>

#include <algorithm>
#include <stdexcept>

namespace wescrm::operation {

Entry const* Catalogue::find(std::string_view name) const {
    auto const found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
}

std::vector<Entry const*> Catalogue::entries() const {
    auto all = std::vector<Entry const*>{};
    for (auto const& [name, entry] : entries_) all.push_back(&entry);
    return all;
}

void Catalogue::add(Head const& head, std::vector<FieldDescription> input, std::vector<FieldDescription> output,
                    std::string record, Invoke invoke) {
    auto entry = Entry{head.name,        head.title,        head.permission,   head.effect,      head.route,
                       std::move(input), std::move(output), std::move(record), std::move(invoke)};
    auto const name = std::string{entry.name};
    if (entry.permission.empty()) throw std::logic_error{"operation without a permission: " + name};
    for (auto const& [other, known] : entries_)
        if (!entry.route.path.empty() && known.route.path == entry.route.path &&
            known.route.method == entry.route.method)
            throw std::logic_error{"two operations with one route: " + name + " and " + other};
    keep_needed(entry);
    if (!entries_.emplace(name, std::move(entry)).second)
        throw std::logic_error{"two operations with one name: " + name};
}

std::optional<Error> Catalogue::refuse(Context const& ctx, std::string_view permission, Effect effect,
                                       json::Value const& input) {
    if (!ctx.may(permission)) return no_permission(ctx.actor(), permission);
    if (effect == Effect::reads) return refuse_hidden(ctx.actor(), permission, input);
    if (ctx.is_expired() && !ctx.actor().is_system())
        return Error{Errc::forbidden, "expired", "企业的使用期已到，现在只能查看和导出。请联系服务方续期"};
    return refuse_fields(ctx.actor(), permission, input);
}

void Catalogue::insist_on_audit(Context const& ctx, std::string_view name, Effect effect) {
    if (effect != Effect::reads && !ctx.has_audited())
        throw std::logic_error{"the operation writes without audit: " + std::string{name}};
}

}  // namespace wescrm::operation
