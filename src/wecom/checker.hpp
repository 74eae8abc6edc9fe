#pragma once
#include <wescrm/base/json.hpp>

#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace wescrm::wecom {

/// What happens to a text beyond its limit: cut (the limit counts characters or bytes), or refused where a cut text
/// would mean something else (keys, addresses).
enum class Cut { characters, bytes, never };

/// Walks a payload, cutting texts and remembering the first thing that WeCom would refuse.
class Checker {
public:
    explicit Checker(json::Allocator& allocator) : allocator_{allocator} {}

    void refuse(std::string problem);
    [[nodiscard]] std::optional<std::string> const& problem() const { return problem_; }

    /// A text member; an empty one is removed. Control characters, which JSON could only hold as \u escapes
    /// (errcode 40033), are left out, or refused where the text must stay as it is.
    void text(json::Value& object, char const* name, std::size_t limit, Cut cut, bool is_required = false);
    void url(json::Value& object, char const* name, bool is_required);
    /// An integer member between both bounds; may be absent.
    void integer(json::Value const& object, char const* name, std::int64_t least, std::int64_t most);
    void boolean(json::Value const& object, char const* name);
    /// An array of objects: refused when too long (leaving entries out would change the meaning) or too short.
    void list(json::Value& object, char const* name, std::size_t least, std::size_t most,
              std::function<void(json::Value&)> const& each);
    json::Value* object(json::Value& parent, char const* name, bool is_required = false);
    void unique(std::set<std::string>& seen, json::Value const& object, char const* name);
    /// Refuses every member but these, so that nothing unchecked is sent.
    void only(json::Value const& object, std::initializer_list<std::string_view> allowed);

    [[nodiscard]] json::Allocator& allocator() { return allocator_; }

private:
    json::Allocator& allocator_;
    std::optional<std::string> problem_;
};

/// Without control characters; line feeds stay.
[[nodiscard]] std::string without_controls(std::string_view text);

/// Checks the object `template_card`.
void check_card(Checker& check, json::Value& card);

}  // namespace wescrm::wecom
