#include "checker.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::wecom {

void Checker::refuse(std::string problem) {
    if (!problem_) problem_ = std::move(problem);
}

void Checker::text(json::Value& object, char const* name, std::size_t limit, Cut cut, bool is_required) {
    auto const* found = json::find(object, name);
    if (found && (!found->IsString() || !text::is_valid_utf8(json::view(*found))))
        return refuse(std::string{name} + " is no text");
    auto const given = found ? json::view(*found) : std::string_view{};
    auto value = without_controls(given);
    if (value.empty()) {
        if (is_required) refuse(std::string{name} + " is missing");
        if (found) object.RemoveMember(name);
        return;
    }
    if (cut == Cut::never && value.size() != given.size())
        return refuse(std::string{name} + " has a control character");
    if (cut == Cut::never && value.size() > limit)
        return refuse(std::string{name} + " is longer than " + std::to_string(limit) + " bytes");
    if (cut == Cut::characters) value = text::truncate(value, limit);
    if (cut == Cut::bytes) value = text::truncate_bytes(value, limit);
    json::set(object, name, value, allocator_);
}

void Checker::url(json::Value& object, char const* name, bool is_required) {
    text(object, name, 2'048, Cut::never, is_required);
    auto const value = json::find_string(object, name);
    if (value && !value->starts_with("http://") && !value->starts_with("https://"))
        refuse(std::string{name} + " is no http address");
}

void Checker::integer(json::Value const& object, char const* name, std::int64_t least, std::int64_t most) {
    if (!json::find(object, name)) return;
    auto const value = json::find_integer(object, name);
    if (!value || *value < least || *value > most)
        refuse(std::string{name} + " must be " + std::to_string(least) + " to " + std::to_string(most));
}

void Checker::boolean(json::Value const& object, char const* name) {
    if (json::find(object, name) && !json::find_bool(object, name))
        refuse(std::string{name} + " must be true or false");
}

void Checker::list(json::Value& object, char const* name, std::size_t least, std::size_t most,
                   std::function<void(json::Value&)> const& each) {
    auto const member = object.FindMember(name);
    if (member == object.MemberEnd()) {
        if (least > 0) refuse(std::string{name} + " is missing");
        return;
    }
    if (!member->value.IsArray() || member->value.Size() < least || member->value.Size() > most)
        return refuse(std::string{name} + " must have " + std::to_string(least) + " to " + std::to_string(most) +
                      " entries");
    for (auto& entry : member->value.GetArray()) {
        if (!entry.IsObject()) return refuse(std::string{name} + " has an entry that is no object");
        each(entry);
    }
}

json::Value* Checker::object(json::Value& parent, char const* name, bool is_required) {
    auto const member = parent.FindMember(name);
    if (member == parent.MemberEnd()) {
        if (is_required) refuse(std::string{name} + " is missing");
        return nullptr;
    }
    if (member->value.IsObject()) return &member->value;
    refuse(std::string{name} + " is no object");
    return nullptr;
}

void Checker::unique(std::set<std::string>& seen, json::Value const& object, char const* name) {
    auto const value = json::find_string(object, name);
    if (value && !seen.insert(*value).second) refuse(std::string{name} + " stands twice: " + *value);
}

void Checker::only(json::Value const& object, std::initializer_list<std::string_view> allowed) {
    auto seen = std::set<std::string_view>{};
    for (auto const& member : object.GetObject()) {
        auto const name = json::view(member.name);
        if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
            refuse(std::string{name} + " does not exist here");
        if (!seen.insert(name).second) refuse(std::string{name} + " stands twice");
    }
}

std::string without_controls(std::string_view text) {
    auto kept = std::string{};
    kept.reserve(text.size());
    for (auto c : text)
        if (c == '\n' || c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F)) kept += c;
    return kept;
}

}  // namespace wescrm::wecom
